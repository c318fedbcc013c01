import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { shJoin } from '../text/sh-quote.ts';

/** Linux takes no argument that is longer (MAX_ARG_STRLEN, execve(2)); some is left for what goes before the script. */
const longestScript = 127 * 2 ** 10;

/** How an interpreter is given a program as an argument, and what stands between that and the program's own arguments. */
const interpreters: ReadonlyMap<
  string,
  (name: string) => { readonly flag: string; readonly between: readonly string[] }
> = new Map([
  ...['sh', 'bash', 'dash', 'zsh', 'ksh'].map(
    (shell) => [shell, (name: string) => ({ flag: '-c', between: [name] })] as const,
  ),
  ['perl', () => ({ flag: '-e', between: ['--'] })],
  ['python3', () => ({ flag: '-c', between: [] })],
]);

/**
 * What runs a script with arguments: the interpreter that its first line names ("#!/bin/bash -e"; without one it is
 * sh). The script goes as an argument of the interpreter: no file is written, and stdin is left alone.
 */
export function scriptFileArgv(
  file: string,
  text: string,
  args: readonly string[],
): Result<readonly string[]> {
  const words = /^#!\s*(?<line>[^\n]*)/u.exec(text)?.groups?.['line']?.trim().split(/\s+/u) ?? ['/bin/sh'];
  const argv = words[0]?.endsWith('/env') === true ? words.slice(1) : words;
  const [program = '', ...options] = argv;
  const interpreter = interpreters.get(program.replace(/^.*\//u, ''));
  const known = [...interpreters.keys()].join(', ');
  if (interpreter === undefined)
    return refuse(file, `its first line names "${words.join(' ')}"; one of ${known} is wanted`);
  if (text.includes('\0')) return refuse(file, 'it is no text: a NUL is in it');
  const { flag, between } = interpreter(file);
  const found = [program, ...options, flag, text, ...between, ...args];
  const bytes = Buffer.byteLength(shJoin(found));
  if (bytes > longestScript)
    return refuse(
      file,
      `it is ${bytes} bytes long, quoted and with its arguments; at most ${longestScript} are wanted`,
    );
  return ok(found);
}

function refuse(file: string, problem: string): Result<never> {
  return fail({
    code: 'exec/script',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot run the script ${file}: ${problem}`,
    hint: 'Copy it with "pvefleet cp", and run the copy with "pvefleet exec".',
  });
}
