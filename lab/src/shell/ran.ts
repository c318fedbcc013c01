import type { Ran } from '../machine.ts';

/** A program that worked. */
export function done(stdout = ''): Ran {
  return { stdout, stderr: '', exit: 0 };
}

/** A program that failed; `message` without its last newline. */
export function failed(message: string, exit = 1): Ran {
  return { stdout: '', stderr: `${message}\n`, exit };
}
