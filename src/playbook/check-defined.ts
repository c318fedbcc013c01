import type { Diagnostic } from '../diagnostic.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Node } from '../inventory/node.ts';
import { holds } from '../template/condition.ts';
import type { Variables } from '../template/render.ts';
import { Verbatim, evaluate, renderValue } from '../template/render.ts';
import { templateError } from '../template/template-error.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { FACTS, commonVariables } from './facts.ts';
import { createHostStore } from './host-store.ts';
import { learntNames } from './learnt-names.ts';
import type { Missing } from './missing-variables.ts';
import { missingIn, namesOf, prepare } from './missing-variables.ts';
import type { Play, Playbook, Task } from './playbook.ts';
import type { TagChoice } from './tags.ts';
import { isChosen } from './tags.ts';
import type { TaskText } from './task-texts.ts';
import { expressionsIn, textsOf } from './task-texts.ts';
import type { HostVariables } from './variables.ts';
import { createVariables } from './variables.ts';
import type { Where } from './walk-tasks.ts';
import { walkTasks } from './walk-tasks.ts';

/** What a playbook is checked with. */
export interface DefinedOptions {
  readonly inventory: Inventory;
  /** Hosts of each play (play-hosts.ts). */
  readonly hosts: ReadonlyMap<Play, readonly Node[]>;
  readonly extraVars: Variables;
  readonly tags: TagChoice;
  /** What --limit says. */
  readonly limit?: string;
}

/** A host with its variables as they are before the run. */
interface RealHost extends HostVariables {
  readonly node: Node;
}

/**
 * Complains, before anything is run, of variables that tasks need and that nothing defines for any host: no variable of
 * the inventory or playbook, no fact, no loop, no task of the run. What may never be needed is not complained of: a task
 * whose condition is false already, one that asks whether the variable is there, a failure that is caught.
 */
export function checkDefined(playbook: Playbook, options: DefinedOptions): readonly Diagnostic[] {
  const learnt = learntNames(playbook);
  if (learnt === 'any') return [];
  const told = new Map<string, Diagnostic>();
  for (const play of playbook.plays) {
    const nodes = options.hosts.get(play) ?? [];
    if (nodes.length === 0) continue;
    const variables = anyHost(playbook, play, nodes, learnt, options);
    const real = realHosts(play, nodes, options);
    for (const { task, where } of walkTasks(play)) {
      if (where.isCaught || !isChosen(task.settings.tags, options.tags)) continue;
      const known = variables(task, where);
      for (const text of textsOf(task)) {
        for (const missing of missingIn(text, known, [])) {
          const key = JSON.stringify([missing.name, missing.text, missing.naming.length > 0 || text.at]);
          if (!told.has(key) && isNeeded(missing, text, task, where, known, real))
            told.set(key, complaint(missing, text, Object.keys(known)));
        }
      }
    }
  }
  return [...told.values()];
}

/** The variables of a host that has all that any host of the play has, and all that one may learn in the run. */
export function anyHost(
  { plays }: Playbook,
  play: Play,
  nodes: readonly Node[],
  learnt: readonly string[],
  { inventory, extraVars, tags, limit }: DefinedOptions,
): (task: Task, where: Where) => Variables {
  const unknown = (names: readonly string[]): Variables =>
    Object.fromEntries(names.map((name) => [name, new Verbatim(null)]));
  const [first] = nodes;
  if (first === undefined) return () => ({});
  const all = Object.assign({}, ...nodes.map(({ variables }) => variables)) as Variables;
  const store = createHostStore();
  store.keep(first.name, unknown([...learnt, 'ansible_failed_task', 'ansible_failed_result']));
  const variablesOf = createVariables({
    inventory,
    extra: extraVars,
    prompted: unknown(plays.flatMap(({ prompts }) => prompts.map(({ name }) => name))),
    check: false,
    diff: false,
    tags,
    ...(limit !== undefined && { limit }),
    directory: '',
    store,
    facts: () => unknown(['ansible_facts', 'pve', ...FACTS.map((name) => `ansible_${name}`)]),
  });
  const nobody = () => [];
  const host = variablesOf(
    { play, exposed: [], hosts: [], left: nobody, batch: nobody },
    { ...first, variables: all },
    {},
  );
  return (task, { includes }) => {
    const loops = [...includes, task].flatMap(({ loop }) => (loop === undefined ? [] : [loop]));
    const names = loops.flatMap(({ itemName, indexName, extended }) => [
      itemName,
      ...(extended ? ['ansible_loop'] : []),
      'ansible_loop_var',
      ...(indexName === undefined ? [] : [indexName, 'ansible_index_var']),
    ]);
    return host.of(task, unknown(names));
  };
}

/** The variables of each host, as they are before the run. */
export function realHosts(
  play: Play,
  nodes: readonly Node[],
  { inventory, extraVars, tags, limit }: DefinedOptions,
): readonly RealHost[] {
  const variablesOf = createVariables({
    inventory,
    extra: extraVars,
    prompted: {},
    check: false,
    diff: false,
    tags,
    ...(limit !== undefined && { limit }),
    directory: '',
    store: createHostStore(),
    facts: () => commonVariables,
  });
  const hosts = nodes.map(({ name }) => name);
  const playing = { play, exposed: [], hosts, left: () => hosts, batch: () => hosts };
  return nodes.map((node) => ({ node, ...variablesOf(playing, node, {}) }));
}

/** Whether some host may come to need it, as far as can be told before the run. */
function isNeeded(
  { name, naming, branches }: Missing,
  text: TaskText,
  task: Task,
  { includes }: Where,
  known: Variables,
  hosts: readonly RealHost[],
): boolean {
  const tasks = [...includes, task];
  const conditions = tasks.flatMap(({ settings }) =>
    settings.when.flatMap(({ value, positions }) => expressionsIn(value, positions)),
  );
  const asked = conditions.flatMap((condition) => [...prepare(condition.kind, condition.text).asked]);
  if ([name, ...naming].some((each) => asked.includes(each))) return false;
  const texts = branches ? [...conditions, text] : conditions;
  return unlike(hosts, namesOf(texts, known)).some(
    (host) =>
      !tasks.some((each) => isOff(each, host.of(each))) && (!branches || needsIt(text, name, host.of(task))),
  );
}

/** Hosts of which no two have the same values of these variables: what these decide, one of them tells for the others. */
function unlike(hosts: readonly RealHost[], names: ReadonlySet<string>): readonly RealHost[] {
  if (OWN_TO_HOSTS.some((name) => names.has(name))) return hosts;
  const byValues = new Map<string, RealHost>();
  for (const host of hosts) {
    const { variables } = host.node;
    const key = JSON.stringify([...names].map((name) => variables[name]));
    if (!byValues.has(key)) byValues.set(key, host);
  }
  return [...byValues.values()];
}

/** Magic variables that every host has its own of. */
const OWN_TO_HOSTS = ['inventory_hostname', 'inventory_hostname_short', 'group_names', 'hostvars', 'groups'];

/** Whether one of its conditions is false whatever is learnt in the run; one that can't be told yet is not. */
function isOff({ settings }: Task, variables: Variables): boolean {
  return settings.when.some(({ value, positions }) =>
    (Array.isArray(value) ? value : [value]).some((one: unknown) => {
      const held = holds(one, positions, variables);
      return held.ok && !held.value;
    }),
  );
}

/** Whether rendering it fails for want of just this variable. */
function needsIt({ kind, text }: TaskText, name: string, variables: Variables): boolean {
  const rendered = kind === 'template' ? renderValue(text, {}, variables) : evaluate(text, variables);
  return (
    !rendered.ok &&
    rendered.diagnostics.some(
      ({ code, message }) => code === 'template/undefined' && message.includes(`"${name}" is not defined`),
    )
  );
}

function complaint(
  { name, text, naming }: Missing,
  { at, text: whole }: TaskText,
  known: readonly string[],
): Diagnostic {
  const what = `"${name}" is not defined, and nothing in this run defines it${didYouMean(name, known)}`;
  const lines = whole.includes('\n') && at?.line === 1 && at.column === 1 ? whole.split('\n') : [];
  const line = lines.findIndex((each) => new RegExp(`\\b${name}\\b`, 'u').test(each));
  const isInFile = line >= 0 && naming.length === 0;
  const place = isInFile && at !== undefined ? { ...at, line: line + 1 } : at;
  return {
    ...templateError('template/undefined', isInFile ? (lines[line] ?? text) : text, naming, what, place),
    hint: `Define it: -e ${name}=VALUE, "vars", the inventory; or say what holds without it: ${name} | default(…)`,
  };
}
