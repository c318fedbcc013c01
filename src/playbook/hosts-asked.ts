import { findAction } from '../actions/registry.ts';
import type { Node } from '../inventory/node.ts';
import { findPlanner } from '../plan/planners.ts';
import type { Variables } from '../template/render.ts';
import { Verbatim, renderValue } from '../template/render.ts';
import type { DefinedOptions } from './check-defined.ts';
import { anyHost, realHosts } from './check-defined.ts';
import { learntNames } from './learnt-names.ts';
import { prepare } from './missing-variables.ts';
import type { Playbook, Task } from './playbook.ts';
import { isChosen } from './tags.ts';
import type { TaskText } from './task-texts.ts';
import { templatesIn, textsOf } from './task-texts.ts';
import { walkTasks } from './walk-tasks.ts';

/** Whom a run asks what they are. */
export interface HostsAsked {
  readonly nodes: readonly Node[];
  /** Of these only the nodes of clusters that one of the others is of. */
  readonly ifMembers: readonly Node[];
}

/**
 * The hosts that a playbook has to do with, of those that --limit leaves: those of its plays, those that tasks are
 * delegated to, and where a task is about a cluster, the other nodes of it. All, where that can't be known before the run.
 */
export function hostsAsked(playbook: Playbook, all: readonly Node[], options: DefinedOptions): HostsAsked {
  const everybody = { nodes: all, ifMembers: [] };
  if (learntNames(playbook) === 'any') return everybody;
  const names = new Set<string>();
  let isOfCluster = false;
  for (const play of playbook.plays) {
    const own = options.hosts.get(play) ?? [];
    if (own.length === 0) continue;
    for (const { name } of own) names.add(name);
    const variables = anyHost(playbook, play, own, [], options);
    const real = realHosts(play, own, options);
    for (const { task, where } of walkTasks(play)) {
      if (!isChosen(task.settings.tags, options.tags)) continue;
      const delegated = delegates(task, real);
      if (delegated === 'anybody') return everybody;
      for (const name of delegated) names.add(name);
      isOfCluster ||= isAboutCluster(task, variables(task, where));
    }
  }
  const nodes = all.filter(({ name }) => names.has(name));
  return { nodes, ifMembers: isOfCluster ? all.filter((node) => !nodes.includes(node)) : [] };
}

/** Whom a task is delegated to, by what is known before the run. */
function delegates(task: Task, hosts: ReturnType<typeof realHosts>): readonly string[] | 'anybody' {
  const written = task.settings.words.delegate_to;
  if (written === undefined) return [];
  const names: string[] = [];
  for (const host of hosts) {
    const rendered = renderValue(written.value, {}, host.of(task));
    if (!rendered.ok || typeof rendered.value !== 'string') return 'anybody';
    names.push(rendered.value);
  }
  return names;
}

/** A kind or an act, a task that moves guests, or one that asks what only the other nodes know. */
function isAboutCluster(task: Task, known: Variables): boolean {
  return (
    findPlanner(task.module) !== undefined ||
    findAction(task.module)?.wholeCluster === true ||
    asksForCluster(textsOf(task), known, new Set())
  );
}

/** What `pve` has that a node knows of itself and its cluster. */
const OWN = /\bpve\b(?!\s*\.\s*(?:node|version|cluster|quorate|storages)\b)/u;

/** Whether texts, or variables that they name, ask of `pve` where guests run and which nodes there are. */
function asksForCluster(
  texts: readonly Pick<TaskText, 'kind' | 'text'>[],
  known: Variables,
  seen: Set<string>,
): boolean {
  return texts.some(({ kind, text }) =>
    [...prepare(kind, text).names].some((name) => {
      if (name === 'pve') return OWN.test(text);
      if (seen.has(name)) return false;
      seen.add(name);
      const value = known[name];
      return !(value instanceof Verbatim) && asksForCluster(templatesIn(value, {}), known, seen);
    }),
  );
}
