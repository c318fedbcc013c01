import type { HostRead } from '../actions/host/facts.ts';
import { findAction } from '../actions/registry.ts';
import { onlyReading } from '../files/controller.ts';
import { CONTROLLER } from '../template/controller.ts';
import type { Variables } from '../template/render.ts';
import { foreseeTurns } from './expand-task.ts';
import type { Reader } from './knowledge.ts';
import { isNamed } from './list-playbook.ts';
import type { Entry, Task } from './playbook.ts';
import { isBlock } from './playbook.ts';
import { isExpression, looseArgs } from './render-args.ts';
import { includedBy } from './included-by.ts';
import type { RunOptions } from './run-state.ts';
import { isOn, nameOf } from './settings.ts';
import { isChosen } from './tags.ts';
import { identityOf, readerOf } from './turn-settings.ts';
import type { HostVariables } from './variables.ts';

/** What comes to hosts from some place of a playbook on: these entries, then what is after them. */
export interface Ahead {
  readonly entries: readonly Entry[];
  /** What the includes around have given each host. */
  readonly given: ReadonlyMap<string, Variables>;
  /** Undefined for a host that does not come to them. */
  readonly variablesOf: (host: string, given: Variables) => HostVariables | undefined;
  readonly after?: Ahead | undefined;
}

/** What one turn of a task will look at, and as whom. */
export interface Foreseen {
  readonly reader: Reader;
  readonly reads: readonly HostRead[];
}

/** How far may be looked. */
export interface Outlook {
  readonly options: Pick<RunOptions, 'diff' | 'nameAs' | 'tags'>;
  /** Tasks before the one of this name are left out. */
  readonly startAt: string | undefined;
}

/** A task that surely runs something of which nobody knows what it changes: what is after it can't be looked at before. */
const BARRIER = 'barrier';

/** Includes in includes are followed so deep; what includes itself ends only by what is not known yet. */
const DEEPEST = 12;

/**
 * What the coming tasks will look at on a host, as far as that can be known before they are reached, in their order: a
 * task whose conditions or arguments can't be known yet is taken as if it ran, or left out. So it is a guess, and costs only
 * a read too many, or one more later.
 */
export function* foresee(ahead: Ahead, host: string, outlook: Outlook): Generator<Foreseen> {
  const view = { ...outlook, host, depth: 0, seen: { startAt: outlook.startAt } };
  for (let at: Ahead | undefined = ahead; at !== undefined; at = at.after) {
    const { entries, given, variablesOf } = at;
    const begun = variablesOf(host, given.get(host) ?? {});
    if (begun === undefined) continue;
    const variables = withoutActs(begun);
    const within = (own: Variables) => {
      const inside = variablesOf(host, { ...given.get(host), ...own });
      return inside === undefined ? variables : withoutActs(inside);
    };
    for (const each of walk(entries, variables, within, view)) {
      if (each === BARRIER) return;
      yield each;
    }
  }
}

/** A guess runs no command of a lookup: what comes of one is not known yet. */
function withoutActs(host: HostVariables): HostVariables {
  return {
    of: (task, own) => {
      const variables = host.of(task, own);
      const { [CONTROLLER]: controller } = variables;
      return { ...variables, [CONTROLLER]: controller && onlyReading(controller) };
    },
  };
}

interface View extends Outlook {
  readonly host: string;
  readonly depth: number;
  /** The task to start at, until it has come. */
  readonly seen: { startAt: string | undefined };
}

type Within = (own: Variables) => HostVariables;

function* walk(
  entries: readonly Entry[],
  variables: HostVariables,
  within: Within,
  view: View,
): Generator<Foreseen | typeof BARRIER> {
  for (const entry of entries) {
    if (isBlock(entry)) {
      yield* walk([...entry.block, ...entry.always], variables, within, view);
      continue;
    }
    if (!isChosen(entry.settings.tags, view.options.tags)) continue;
    if (entry.include !== undefined) yield* walkIncluded(entry, variables, within, view);
    else if (isReached(entry, view)) yield* foreseeTask(entry, variables, view);
  }
}

function isReached(task: Task, { seen }: View): boolean {
  if (seen.startAt !== undefined && isNamed(task, seen.startAt)) seen.startAt = undefined;
  return seen.startAt === undefined;
}

function* walkIncluded(
  task: Task,
  variables: HostVariables,
  within: Within,
  view: View,
): Generator<Foreseen | typeof BARRIER> {
  if (view.depth >= DEEPEST) return;
  for (const turn of foreseeTurns(task, variables)) {
    const found = task.include && includedBy(task.include, turn.variables);
    if (found?.ok !== true) continue;
    const { included } = found.value;
    const inside = (own: Variables) => within({ ...turn.own, ...own });
    yield* walk(included.entries, inside({}), inside, { ...view, depth: view.depth + 1 });
  }
}

function* foreseeTask(
  task: Task,
  variables: HostVariables,
  view: View,
): Generator<Foreseen | typeof BARRIER> {
  const action = findAction(task.module);
  if (action === undefined) return;
  for (const turn of foreseeTurns(task, variables)) {
    const args = looseArgs(task.args, turn.variables, isExpression(action));
    const diff = isOn(task.settings, 'diff', turn.variables);
    const wantsDiff = task.settings.words.diff !== undefined && diff.ok ? diff.value : view.options.diff;
    const reads = action.foresee?.(args.value, task.args.positions, wantsDiff);
    if (reads === undefined && turn.isSure) yield BARRIER;
    const identity = identityOf(task, turn.variables);
    if (reads === undefined || !identity.ok || !isOwn(task, turn.variables, view)) continue;
    const known = reads.filter(args.isKnown);
    if (known.length > 0) yield { reader: readerOf(view.options, view.host, identity.value), reads: known };
  }
}

/** Not delegated to another host. */
function isOwn({ settings }: Task, variables: Variables, { host }: View): boolean {
  const name = nameOf(settings, 'delegate_to', variables);
  return name.ok && (name.value === undefined || name.value === host);
}
