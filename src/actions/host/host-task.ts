import type { Diagnostic, Positions, Result } from '../../diagnostic.ts';
import { fail, ok } from '../../diagnostic.ts';
import { shJoin } from '../../text/sh-quote.ts';
import type { Finished } from '../../transports/transport.ts';
import type { Action, ActionContext, ActionResult, TextDiff } from '../action.ts';
import type { Facts, HostRead } from './facts.ts';
import { parseFacts } from './parse-facts.ts';
import type { Parameters, Values } from './parameters.ts';
import type { ArgumentTable } from './read-arguments.ts';
import { readArguments, wordsOf } from './read-arguments.ts';
import { readScript } from './read-script.ts';

/** One command that brings a change about. */
export interface HostAct {
  readonly argv: readonly string[];
  /** Content goes this way, and secrets: never in argv. */
  readonly stdin?: string | Buffer;
  /** What people read in place of the command line, where that is a script of ours. */
  readonly title?: string;
  /** What it prints is this value of the result. */
  readonly gives?: string;
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
  | { readonly is: 'refused'; readonly why: string }
  | {
      readonly is: 'change';
      /** In order; the first that fails ends it. */
      readonly acts: readonly HostAct[];
      readonly diffs?: readonly TextDiff[];
      /** Read and decide again after these acts: they make known what is not known now. */
      readonly again?: true;
    }
);

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
  readonly decide: (values: Values<P>, facts: Facts, source: S) => Decision;
}

/** A task that needs nothing of the controller. */
export type PlainHostTask<P extends Parameters> = Omit<HostTask<P, undefined>, 'prepare'>;

export function plainHostTask<P extends Parameters>(task: PlainHostTask<P>): Action {
  return hostTask({ ...task, prepare: () => Promise.resolve(ok(undefined)) });
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
  const reads = task.reads(values, source, context.diff);
  const facts = await readFacts(task.name, reads, context);
  if (!facts.ok) return failed(...facts.diagnostics);
  const decision = task.decide(values, facts.value, source);
  const result = await carryOut(task.name, decision, context);
  const isDone = result.outcome !== 'changed' || context.check;
  if (isDone || decision.is !== 'change' || decision.again !== true) return result;
  const after = await runHostTask(task, values, source, context);
  return after.outcome === 'ok' ? { ...after, outcome: 'changed' } : after;
}

async function readFacts(
  name: string,
  reads: readonly HostRead[],
  context: ActionContext,
): Promise<Result<Facts>> {
  if (reads.length === 0) return ok(parseFacts([], '\n@end\n') ?? neverRead());
  const script = readScript(reads);
  const answer = await context.read(script);
  if (!answer.ok) return answer;
  const facts = parseFacts(reads, answer.value.stdout.toString());
  if (facts !== undefined) return ok(facts);
  const said = answer.value.stderr.toString().trim();
  return fail(
    taskFailed(
      context,
      `Cannot read what "${name}" needs to know: the host's shell did not finish${said === '' ? '' : `; it said: ${said}`}`,
    ),
  );
}

function neverRead(): never {
  throw new Error('nothing was read, and still it is not whole');
}

async function carryOut(name: string, decision: Decision, context: ActionContext): Promise<ActionResult> {
  const { result = {}, message } = decision;
  const about = { ...(message !== undefined && { message }), diagnostics: [] };
  switch (decision.is) {
    case 'as wanted':
      return { outcome: 'ok', ...about, result };
    case 'skipped':
      return { outcome: 'skipped', ...about, result };
    case 'refused':
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
      return { outcome: 'changed', ...about, result: { ...result, ...gained.value }, ...shown };
    }
  }
}

async function performAll(
  name: string,
  acts: readonly HostAct[],
  context: ActionContext,
): Promise<Result<Readonly<Record<string, unknown>>>> {
  const gained: Record<string, unknown> = {};
  for (const act of acts) {
    const result = await performAct(name, act, context);
    if (!result.ok) return result;
    if (act.gives === undefined) continue;
    const text = result.value.stdout.toString().replace(/\n$/u, '');
    if (text !== '') gained[act.gives] = text;
  }
  return ok(gained);
}

async function performAct(name: string, act: HostAct, context: ActionContext): Promise<Result<Finished>> {
  const { argv, stdin, title } = act;
  const result = await context.perform(
    { run: 'exec', argv },
    { ...(stdin !== undefined && { stdin }), ...(title !== undefined && { title }) },
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

export function taskFailed({ host }: Pick<ActionContext, 'host'>, message: string): Diagnostic {
  return { code: 'task/failed', severity: 'error', trouble: 'failed', message, host };
}

export function failed(...diagnostics: readonly Diagnostic[]): ActionResult {
  return { outcome: 'failed', diagnostics };
}
