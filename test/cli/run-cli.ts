import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Output, Surroundings } from '../../src/cli/command.ts';
import { dispatch } from '../../src/cli/dispatch.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command line in this process, its output kept (bytes as latin1), without a terminal; stdin is empty. With an
 * `answer` stderr is a terminal, where it is given to every question.
 */
export async function runCli(
  argv: readonly string[],
  env: Surroundings['env'] = {},
  answer?: string,
): Promise<Ran> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const code = await dispatch(argv, {
    stdout: keep(stdout),
    stderr: { ...keep(stderr), isTTY: answer !== undefined },
    env: { XDG_STATE_HOME: stateHome(), HOME: '/nonexistent', ...env },
    signal: new AbortController().signal,
    ask: (question) => {
      if (answer !== undefined) stderr.push(question);
      return Promise.resolve(answer);
    },
    askHidden: () => Promise.resolve(undefined),
  });
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

/** Journals of tests go where nobody looks, and none is signed with a key of whoever runs them. */
function stateHome(): string {
  state ??= mkdtempSync(join(tmpdir(), 'pvefleet-test-state-'));
  return state;
}

let state: string | undefined;
process.on('exit', () => {
  if (state !== undefined) rmSync(state, { recursive: true, force: true });
});

function keep(texts: string[]): Output {
  const write = (text: string | Uint8Array): void =>
    void texts.push(typeof text === 'string' ? text : Buffer.from(text).toString('latin1'));
  return { write, isTTY: false, colour: false, columns: 80 };
}
