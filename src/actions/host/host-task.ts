import type { Positions, Result } from '../../diagnostic.ts';
import { fail, ok } from '../../diagnostic.ts';
import { shJoin } from '../../text/sh-quote.ts';
import type { Finished } from '../../transports/transport.ts';
import type { Action, ActionContext, ActionResult, TextDiff } from '../action.ts';
import type { Facts, HostRead } from './facts.ts';
import { foreseen } from './foreseen.ts';
import type { Parameters, Values } from './parameters.ts';
import type { ArgumentTable } from './read-arguments.ts';
import { readArguments, wordsOf } from './read-arguments.ts';
import { failed, taskFailed } from './task-failed.ts';

/** One command that brings a change about. */
export interface HostAct {
  readonly argv: readonly string[];
  /** Content goes this way, and secrets: never in argv. */
  readonly stdin?: string | Buffer;
  /** What people read in place of the command line, where that is a script of ours. */
  readonly title?: string;
  /** What it prints is this value of the result. */
  readonly gives?: string;
  /** What it prints when it found nothing to change. */
  readonly unchangedIf?: RegExp;
  /** All paths that it may change something at or below; left out: it may change anything. */
  readonly touches?: readonly string[];
  /** It takes long and must not be cut short: it outlives the connection, so many seconds at most. */
  readonly longSeconds?: number;
}

/** What a task comes to on a host. */
export type Decision = {
  /** What `register` keeps, by Ansible's names. */
  readonly result?: Readonly<Record<string, unknown>>;
  readonly message?: string;
} & (
  | { readonly is: 'as wanted' }
  | { readonly is: 'skipped' }
  /** "Cannot write /etc/x: …; …", nothing is done. */
  | {
      readonly is: 'refused';
      readonly why: string;
      /** What would be done, where what is missing may be what an earlier task makes: so in check mode it is a change. */
      readonly would?: string;
    }
  | {
      readonly is: 'change';
      /** In order; the first that fails ends it. */
      readonly acts: readonly HostAct[];
      readonly diffs?: readonly TextDiff[];
    }
  /** What must be done before the rest can be known; in check mode it is left out. It counts as a change or not. */
  | { readonly is: 'to prepare'; readonly acts: readonly HostAct[]; readonly counts: boolean }
);

/** Whether what had to be prepared is. */
export type Stage = 'fresh' | 'prepared';

/** What is known beside the arguments when a task is read for a host. */
export interface Local {
  readonly positions: Positions;
  readonly context: ActionContext;
}

/**
 * A task about the state of a host, as a pure pair: what to read there, and what to do about it. Check mode and diffs
 * come from that alone.
 */
export interface HostTask<P extends Parameters, S> extends ArgumentTable<P> {
  /** One sentence for the docs. */
  readonly help: string;
  /** Whether it can change a node. */
  readonly changes: boolean;
  /** Reads what the controller has: the file to copy. */
  readonly prepare: (values: Values<P>, local: Local) => Promise<Result<S>>;
  readonly reads: (values: Values<P>, source: S, wantsDiff: boolean) => readonly HostRead[];
  /** The same before `prepare`, and where not all of the values are known yet. */
  readonly readsAhead?: (values: Values<P>, wantsDiff: boolean) => readonly HostRead[];
  readonly decide: (values: Values<P>, facts: Facts, source: S, stage: Stage) => Decision;
  /** Its commands may end well and leave things as they were: what is to be thought of the host once more, after them. */
  readonly confirm?: (values: Values<P>, facts: Facts, source: S) => Decision;
}

/** A task that needs nothing of the controller. */
export type PlainHostTask<P extends Parameters> = Omit<HostTask<P, undefined>, 'prepare' | 'readsAhead'>;

export function plainHostTask<P extends Parameters>(task: PlainHostTask<P>): Action {
  return hostTask({
    ...task,
    prepare: () => Promise.resolve(ok(undefined)),
    readsAhead: (values, wantsDiff) => task.reads(values, undefined, wantsDiff),
  });
}

/** Makes an action of a host task. */
export function hostTask<P extends Parameters, S>(task: HostTask<P, S>): Action {
  return {
    name: task.name,
    help: task.help,
    parameters: task.parameters,
    keys: wordsOf(task.parameters),
    notYet: task.notYet,
    expressions: [],
    changes: task.changes,
    foresee: foreseen(task, (values, wantsDiff) => task.readsAhead?.(values, wantsDiff) ?? []),
    parse(args, positions) {
      const values = readArguments(task, args, positions);
      if (!values.ok) return values;
      return ok(async (context: ActionContext) => {
        const source = await task.prepare(values.value, { positions, context });
        return source.ok
          ? runHostTask(task, values.value, source.value, context)
          : failed(...source.diagnostics);
      });
    },
  };
}

async function runHostTask<P extends Parameters, S>(
  task: HostTask<P, S>,
  values: Values<P>,
  source: S,
  context: ActionContext,
): Promise<ActionResult> {
  const decide = async (stage: Stage, how: 'known' | 'now'): Promise<Result<Decision>> => {
    const reads = task.reads(values, source, context.diff);
    const facts = await context.look(reads, how);
    return facts.ok ? ok(task.decide(values, facts.value, source, stage)) : facts;
  };
  // Nothing is changed, and nobody is refused, by what was read long before.
  const decideNow = async (): Promise<Result<Decision>> => {
    const allowed = task.changes ? await context.mayChange() : ok(undefined);
    return allowed.ok ? decide('fresh', 'now') : allowed;
  };
  const known = await decide('fresh', 'known');
  if (!known.ok) return failed(...known.diagnostics);
  const first = context.check || isDone(known.value) ? known : await decideNow();
  if (!first.ok) return failed(...first.diagnostics);
  if (first.value.is !== 'to prepare') {
    const carried = await carryOut(task.name, first.value, context);
    if (task.confirm === undefined || context.check || carried.outcome !== 'changed') return carried;
    const facts = await context.look(task.reads(values, source, false), 'now');
    return facts.ok
      ? confirmed(carried, task.confirm(values, facts.value, source), context)
      : failed(...facts.diagnostics);
  }
  const { acts, counts } = first.value;
  const done = context.check ? ok({}) : await performAll(task.name, acts, context);
  const then = done.ok ? await decide('prepared', context.check ? 'known' : 'now') : done;
  if (!then.ok) return failed(...then.diagnostics);
  const result = await carryOut(task.name, then.value, context);
  return counts && result.outcome === 'ok' ? { ...result, outcome: 'changed' } : result;
}

/** The result, with what is known now; failed where it is not as wanted, though all commands ended well. */
function confirmed(carried: ActionResult, now: Decision, context: ActionContext): ActionResult {
  const result = { ...carried.result, ...now.result };
  if (isDone(now)) return { ...carried, result };
  const why =
    now.is === 'refused' ? now.why : 'Cannot count it as done: its commands ended well, and it is as it was';
  return { ...failed(taskFailed(context, why)), result };
}

const isDone = ({ is }: Decision): boolean => is === 'as wanted' || is === 'skipped';

async function carryOut(name: string, decision: Decision, context: ActionContext): Promise<ActionResult> {
  const { result = {}, message } = decision;
  const about = { ...(message !== undefined && { message }), diagnostics: [] };
  switch (decision.is) {
    case 'as wanted':
      return { outcome: 'ok', ...about, result };
    case 'to prepare':
      throw new Error('a task prepares a second time');
    case 'skipped':
      return { outcome: 'skipped', ...about, result };
    case 'refused':
      if (context.check && decision.would !== undefined)
        return {
          outcome: 'changed',
          ...about,
          message: `check mode: would ${decision.would}`,
          result,
        };
      return { ...failed(taskFailed(context, decision.why)), result };
    case 'change': {
      const { acts, diffs = [] } = decision;
      const shown = { ...(context.diff && diffs.length > 0 && { diffs }) };
      if (context.check) {
        const would = acts.map((act) => `check mode: would ${titleOf(act)}`).join('\n');
        return { outcome: 'changed', message: message ?? would, diagnostics: [], result, ...shown };
      }
      const gained = await performAll(name, acts, context);
      if (!gained.ok) return { ...failed(...gained.diagnostics), result };
      const { changed, ...more } = gained.value;
      const outcome = changed === false ? 'ok' : 'changed';
      return { outcome, ...about, result: { ...result, ...more }, ...shown };
    }
  }
}

/** Performs acts in their order; the first that fails ends it. Gives what they gave, and whether any changed something. */
export async function performAll(
  name: string,
  acts: readonly HostAct[],
  context: ActionContext,
): Promise<Result<Readonly<Record<string, unknown>>>> {
  const gained: Record<string, unknown> = {};
  let changed = false;
  for (const act of acts) {
    const result = await performAct(name, act, context);
    if (!result.ok) return result;
    const text = result.value.stdout.toString().replace(/\n$/u, '');
    changed ||= act.unchangedIf?.test(text) !== true;
    if (act.gives === undefined) continue;
    if (text !== '') gained[act.gives] = text;
  }
  return ok({ ...gained, changed });
}

async function performAct(name: string, act: HostAct, context: ActionContext): Promise<Result<Finished>> {
  const { argv, stdin, title, touches, longSeconds } = act;
  const result = await context.perform(
    { run: 'exec', argv },
    {
      ...(stdin !== undefined && { stdin }),
      ...(title !== undefined && { title }),
      ...(touches !== undefined && { touches }),
      ...(longSeconds !== undefined && { longSeconds }),
    },
  );
  if (!result.ok || result.value.exit === 0) return result;
  return fail(taskFailed(context, `Cannot ${titleOf(act)} for "${name}": ${endOf(result.value)}`));
}

const titleOf = ({ title, argv }: HostAct): string => title ?? `run ${shJoin(argv)}`;

/** How a command ended that did not end well, and what it said. */
export function endOf({ exit, signal, stdout, stderr }: Finished): string {
  const end = exit === null ? `it was killed by ${signal ?? 'a signal'}` : `exit code ${exit}`;
  const said = (stderr.length > 0 ? stderr : stdout).toString().trim();
  return `${end}${said === '' ? '' : `; it said: ${said}`}`;
}
