import { readFile } from 'node:fs/promises';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { batchSizes } from '../fanout/batches.ts';
import { scriptFileArgv } from '../fanout/script-file.ts';
import type { GuestSelector } from '../inventory/guest-selector.ts';
import { parseGuestSelector } from '../inventory/guest-selector.ts';
import { shJoin } from '../text/sh-quote.ts';
import type { ExecContext } from './exec.ts';

/** How answers are printed. */
export type OutputMode = 'fold' | 'diff' | 'json' | 'lines' | 'raw';

/** What the command line of `exec` asks for. */
export interface ExecRequest {
  readonly pattern: string;
  /** For messages: the command as it was written, its beginning. */
  readonly command: string;
  /** Shell text, for a node. */
  readonly script: string;
  /** The same as argv, for a guest. */
  readonly argv: readonly string[];
  readonly mode: OutputMode;
  readonly guests?: GuestSelector;
  /** Undefined: all hosts at once. */
  readonly serial?: string;
  readonly mostFailedPercent: number;
}

/** Reads the command line, and the script file that it names. */
export async function readExecRequest({
  flags,
  positionals,
  afterDashes,
}: ExecContext): Promise<Result<ExecRequest>> {
  const { sh, serial, 'in-guest': inGuest, 'max-fail-percentage': mostFailed } = flags;
  const errors: Diagnostic[] = [];
  const problem = argumentProblem(positionals, afterDashes, sh !== undefined, inGuest !== undefined);
  if (problem !== undefined) errors.push(wrongArguments(problem));
  const modes = (['diff', 'json', 'lines', 'raw'] as const).filter((mode) => flags[mode]);
  if (modes.length > 1)
    errors.push(wrongArguments(`--${modes.join(' and --')} are given; one form of output is wanted`));
  if (serial !== undefined && batchSizes(serial, 1) === undefined)
    errors.push(
      wrongArguments(`--serial is "${serial}"; hosts at a time are wanted, as 2, 25% or 1,10%,100%`),
    );
  if (mostFailed !== undefined && serial === undefined)
    errors.push(wrongArguments('--max-fail-percentage is of a batch; --serial is wanted too'));
  const guests = inGuest === undefined ? undefined : parseGuestSelector(inGuest);
  if (guests?.ok === false) errors.push(...guests.diagnostics);
  if (errors.length > 0) return fail(...errors);
  const words = sh === undefined ? ok(argvOf(afterDashes ?? [])) : await readScript(sh, afterDashes ?? []);
  if (!words.ok) return words;
  const [text = '', ...others] = afterDashes ?? [];
  const isText = sh === undefined && others.length === 0;
  return ok({
    pattern: positionals[0] ?? 'all',
    command: `"${shown(sh ?? (isText ? text : shJoin(afterDashes ?? [])))}"`,
    script: isText ? text : shJoin(words.value),
    argv: words.value,
    mode: modes[0] ?? 'fold',
    ...(guests?.ok === true && { guests: guests.value }),
    ...(serial !== undefined && { serial }),
    mostFailedPercent: mostFailed ?? 0,
  });
}

/** What stands after "--": one argument is shell text already, several are argv. */
function argvOf(command: readonly string[]): readonly string[] {
  const [text = '', ...others] = command;
  return others.length === 0 ? ['sh', '-c', text] : command;
}

async function readScript(file: string, args: readonly string[]): Promise<Result<readonly string[]>> {
  try {
    return scriptFileArgv(file, await readFile(file, 'utf8'), args);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const whatIs = why === 'ENOENT' ? 'there is no such file' : why === 'EISDIR' ? 'it is a directory' : why;
    return fail(wrongArguments(`the script ${file} can't be read: ${whatIs}; a file is wanted`));
  }
}

function argumentProblem(
  positionals: readonly string[],
  afterDashes: readonly string[] | undefined,
  isScript: boolean,
  isInGuest: boolean,
): string | undefined {
  const [pattern, ...others] = positionals;
  if (pattern === undefined && !isInGuest) return 'no hosts are named; a pattern is wanted before "--"';
  if (isScript && others.length > 0)
    return `"${others.join(' ')}" stands before "--"; arguments of the script are wanted after it`;
  if (isScript) return undefined;
  if (afterDashes === undefined) return 'there is no "--"; the command is wanted after it';
  if (others.length > 0) return `"${others.join(' ')}" stands before "--"; one pattern is wanted there`;
  if (afterDashes.every((word) => word.trim() === '')) return 'no command is given; one is wanted after "--"';
  return undefined;
}

function wrongArguments(problem: string): Diagnostic {
  return {
    code: 'cli/arguments',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot run exec: ${problem}`,
    hint: 'Write: pvefleet exec PATTERN -- COMMAND..., as in: pvefleet exec all -- uptime',
  };
}

/** The first line of a command, at most 60 characters of it. */
function shown(command: string): string {
  const [line = ''] = command.split('\n');
  return line === command && line.length <= 60 ? line : `${line.slice(0, 57)}...`;
}
