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

/** What is unlike the usual: no terminal, no input, nobody who answers or interrupts. */
export interface World {
  readonly env?: Surroundings['env'];
  /** Pieces of standard input. */
  readonly input?: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Whether standard output is a terminal. */
  readonly isTTY?: boolean;
  readonly signal?: AbortSignal;
  /** Given to every question that is asked on standard error, which is a terminal then. */
  readonly answer?: string;
  /** Answers questions for secrets; without it nobody can be asked. */
  readonly secret?: (question: string) => string;
}

/** Runs a command line in this process, its output kept (bytes as latin1). */
export async function runCli(argv: readonly string[], env: Surroundings['env'] = {}): Promise<Ran> {
  return runCliIn({ env }, argv);
}

/** The same in a world of the test's own. */
export async function runCliIn(
  { env = {}, input, isTTY = false, signal = new AbortController().signal, answer, secret }: World,
  argv: readonly string[],
): Promise<Ran> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const code = await dispatch(argv, {
    stdout: keep(stdout, isTTY),
    stderr: { ...keep(stderr, false), isTTY: answer !== undefined },
    env: { XDG_STATE_HOME: stateHome(), HOME: '/nonexistent', ...env },
    signal,
    ...(input !== undefined && { input: () => ({ chunks: toAsync(input), close: () => undefined }) }),
    ask: (question) => {
      if (answer !== undefined) stderr.push(question);
      return Promise.resolve(answer);
    },
    canAsk: () => secret !== undefined,
    askHidden: (question) => Promise.resolve(secret?.(question)),
  });
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

async function* toAsync(input: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) {
  yield* input;
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

function keep(texts: string[], isTTY: boolean): Output {
  const write = (text: string | Uint8Array): void =>
    void texts.push(typeof text === 'string' ? text : Buffer.from(text).toString('latin1'));
  return { write, isTTY, colour: isTTY, columns: 80, rows: 24 };
}
