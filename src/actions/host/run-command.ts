import { isAbsolute, join } from 'node:path';
import { shJoin } from '../../text/sh-quote.ts';
import type { ActionContext, ActionResult } from '../action.ts';
import type { Finished } from '../../transports/transport.ts';
import type { Facts, HostRead } from './facts.ts';
import { endOf } from './host-task.ts';
import { failed, taskFailed } from './task-failed.ts';

/** A command of the user's, which only runs where `creates` is not there and `removes` is. */
export interface UserCommand {
  readonly argv: readonly string[];
  /** What `register` keeps of it; left out: argv. */
  readonly cmd?: string | readonly string[];
  /** What people read in place of argv. */
  readonly title?: string;
  readonly chdir?: string | undefined;
  readonly creates?: string | undefined;
  readonly removes?: string | undefined;
  readonly stdin?: string | Buffer | undefined;
  /** What it counts as where `creates` or `removes` say that it need not run. */
  readonly ifNotNeeded: 'ok' | 'skipped';
  /** Take line ends away from the end of what it prints, for the registered value. */
  readonly strips: boolean;
}

/**
 * Runs a command. It counts as changed, for nobody knows what it did; in check mode it is skipped, unless `creates` or
 * `removes` say whether it would run.
 */
export async function runCommand(command: UserCommand, context: ActionContext): Promise<ActionResult> {
  const { argv, chdir, creates, removes, cmd = argv } = command;
  const reason = await notNeeded(command, context, 'known');
  if (reason !== undefined) return reason;
  const shown = command.title ?? shJoin(argv);
  if (context.check) {
    const isKnown = creates !== undefined || removes !== undefined;
    const message = `check mode: would run ${shown}`;
    const msg = 'Command would have run if not in check mode';
    const result = { rc: 0, cmd, msg, stdout: '', stderr: '', ...linesOf('', '') };
    return { outcome: isKnown ? 'changed' : 'skipped', message, result, diagnostics: [] };
  }
  const allowed = await context.mayChange();
  if (!allowed.ok) return failed(...allowed.diagnostics);
  const reasonNow = await notNeeded(command, context, 'now');
  if (reasonNow !== undefined) return reasonNow;
  const title = chdir === undefined ? command.title : `${shown} (in ${chdir})`;
  const finished = await context.perform(
    { run: 'exec', argv: chdir === undefined ? argv : inDirectory(chdir, argv) },
    {
      ...(title !== undefined && { title }),
      ...(command.stdin !== undefined && { stdin: command.stdin }),
    },
  );
  return finished.ok ? resultOf(finished.value, command, shown, context) : failed(...finished.diagnostics);
}

function resultOf(
  finished: Finished,
  { argv, strips, cmd = argv }: UserCommand,
  shown: string,
  context: ActionContext,
): ActionResult {
  const [out, err] = [finished.stdout, finished.stderr].map((bytes) => {
    const text = bytes.toString();
    return strips ? text.replace(/[\r\n]+$/u, '') : text;
  });
  const lines = linesOf(out ?? '', err ?? '');
  const result = { rc: finished.exit ?? -1, cmd, stdout: out, stderr: err, ...lines };
  const about = { stdout: finished.stdout.toString(), result };
  if (finished.exit === 0) return { outcome: 'changed', ...about, diagnostics: [] };
  const trouble = taskFailed(context, `Cannot run ${shown}: ${endOf(finished)}`);
  return {
    outcome: 'failed',
    ...about,
    // As Ansible has it: it may have changed something before it failed.
    result: { ...result, changed: true, msg: 'non-zero return code' },
    diagnostics: [{ ...trouble, code: 'command/failed' }],
  };
}

const linesOf = (stdout: string, stderr: string) => ({
  stdout_lines: stdout === '' ? [] : stdout.split('\n'),
  stderr_lines: stderr === '' ? [] : stderr.split('\n'),
});

const inDirectory = (chdir: string, argv: readonly string[]): readonly string[] => [
  'sh',
  '-c',
  'cd -- "$1" && shift && exec "$@"',
  'chdir',
  chdir,
  ...argv,
];

type Conditions = Pick<UserCommand, 'chdir' | 'creates' | 'removes'>;

/** What is read before such a command; undefined: it runs whatever is there. */
export function commandReads({ creates, removes, chdir }: Conditions): readonly HostRead[] | undefined {
  const reads = [creates, removes].flatMap((pattern) =>
    pattern === undefined ? [] : [placeRead(absolute(pattern, chdir))],
  );
  return reads.length === 0 ? undefined : reads;
}

/** What is at one path is read with the other paths. */
function placeRead(pattern: string): HostRead {
  return /^[^*?[\\]*$/u.test(pattern) ? { read: 'path', path: pattern } : { read: 'glob', pattern };
}

function isThere(pattern: string, facts: Facts): boolean {
  return placeRead(pattern).read === 'path'
    ? facts.path(pattern).status !== undefined
    : facts.glob(pattern).length > 0;
}

const absolute = (pattern: string, chdir = ''): string =>
  isAbsolute(pattern) ? pattern : join(chdir, pattern);

/** A result, when `creates` is there already or `removes` is not. */
async function notNeeded(
  command: UserCommand,
  context: ActionContext,
  how: 'known' | 'now',
): Promise<ActionResult | undefined> {
  const { argv, creates, removes, chdir, cmd = argv } = command;
  const reads = commandReads(command);
  if (reads === undefined) return undefined;
  const facts = await context.look(reads, how);
  if (!facts.ok) return failed(...facts.diagnostics);
  const isFound = (pattern: string): boolean => isThere(absolute(pattern, chdir), facts.value);
  const why =
    creates !== undefined && isFound(creates)
      ? `skipped, since ${creates} exists`
      : removes !== undefined && !isFound(removes)
        ? `skipped, since ${removes} does not exist`
        : undefined;
  if (why === undefined) return undefined;
  const result = { rc: 0, cmd, stdout: why, stderr: '', ...linesOf(why, '') };
  return { outcome: command.ifNotNeeded, message: why, result, diagnostics: [] };
}
