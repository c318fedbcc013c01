import { fstatSync } from 'node:fs';
import type { Input, Output, Surroundings } from './command.ts';
import { dispatch } from './dispatch.ts';

/** The process around a command: streams, signals, exit code. bin/pvefleet.js calls it, in the files that scripts/bundle.mjs made. */

const interrupt = new AbortController();
const leave = new AbortController();

/** What a second Ctrl-C still waits for, and how long at most; a third one does not. */
const held = new Set<Promise<unknown>>();
const heldSeconds = 5;
let leaving = false;

// SIGHUP: the terminal was closed. Node aborts where it cannot reset it at the end, so the signal itself ends the process.
process.once('SIGHUP', () =>
  process.on('exit', () => {
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  }),
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (leaving) process.exit(130);
    if (interrupt.signal.aborted) {
      leaving = true;
      leave.abort();
      setTimeout(() => process.exit(130), heldSeconds * 1000);
      void Promise.allSettled(held).then(() => process.exit(130));
      return;
    }
    world.stderr.write('\nStopping; Ctrl-C again leaves at once what is under way.\n');
    interrupt.abort();
  });
}

/** Opened when something is printed: Node takes its time over a stream. */
function output(name: 'stdout' | 'stderr'): Output {
  let opened: NodeJS.WriteStream | undefined;
  let isRead = true;
  /** A reader that has left ("pvefleet ls guests | head"), or a terminal, is no reason to stop half-way or to complain. */
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    isRead = false;
  };
  const open = (): NodeJS.WriteStream => {
    opened ??= process[name].on('error', onError);
    return opened;
  };
  return {
    write: (text) => void open().write(text),
    drained: async () => {
      await drained(open());
      return isRead;
    },
    get isTTY() {
      return 'isTTY' in open();
    },
    get colour() {
      return this.isTTY && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb';
    },
    get columns() {
      return (this.isTTY && open().columns) || 80;
    },
    get rows() {
      return (this.isTTY && open().rows) || 24;
    },
  };
}

/** Its buffer is empty again, or the stream is of no more use. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.destroyed || !stream.writableNeedDrain) return Promise.resolve();
  return new Promise((resolve) => {
    const settle = (): void => {
      for (const event of ['drain', 'close', 'error']) stream.removeListener(event, settle);
      resolve();
    };
    for (const event of ['drain', 'close', 'error']) stream.once(event, settle);
  });
}

/** Never a terminal's, which is for questions, and nothing of /dev/null. */
function input(): Input | undefined {
  const stdin = kindOfStdin();
  if (stdin === undefined || !(stdin.isFile() || stdin.isFIFO() || stdin.isSocket())) return undefined;
  return { chunks: process.stdin, close: () => void process.stdin.on('error', () => undefined).destroy() };
}

function kindOfStdin() {
  try {
    return fstatSync(0);
  } catch {
    return undefined;
  }
}

async function ask(question: string): Promise<string | undefined> {
  const { askOnTerminal } = await import('./ask.ts');
  return askOnTerminal(question, interrupt.signal);
}

async function askHidden(question: string): Promise<string | undefined> {
  const { askHiddenOnTerminal } = await import('./ask.ts');
  return askHiddenOnTerminal(question, interrupt.signal);
}

const world: Surroundings = {
  stdout: output('stdout'),
  stderr: output('stderr'),
  env: process.env,
  signal: interrupt.signal,
  leave: leave.signal,
  hold: (until) => void held.add(until),
  input,
  ask,
  canAsk: () => process.stdin.isTTY,
  askHidden,
};

/** Runs a command line, then sets the exit code of the process. */
export async function main(words: readonly string[]): Promise<void> {
  try {
    const code = await dispatch(words, world);
    process.exitCode = interrupt.signal.aborted ? 130 : code;
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`pvefleet: internal error\n${stack}\n`);
    // Connections that the command left open would keep the process.
    process.exit(1);
  }
}
