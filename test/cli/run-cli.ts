import type { Output, Surroundings } from '../../src/cli/command.ts';
import { dispatch } from '../../src/cli/dispatch.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, its output kept (bytes as latin1); stdin is empty, and no terminal unless somebody answers there. */
export async function runCli(
  argv: readonly string[],
  env: Surroundings['env'] = {},
  answer?: (question: string) => string,
): Promise<Ran> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const code = await dispatch(argv, {
    stdout: keep(stdout),
    stderr: keep(stderr),
    env,
    signal: new AbortController().signal,
    ask: () => Promise.resolve(undefined),
    canAsk: () => answer !== undefined,
    askHidden: (question) => Promise.resolve(answer?.(question)),
  });
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

function keep(texts: string[]): Output {
  const write = (text: string | Uint8Array): void =>
    void texts.push(typeof text === 'string' ? text : Buffer.from(text).toString('latin1'));
  return { write, isTTY: false, colour: false, columns: 80 };
}
