import type { Output, Surroundings } from './command.ts';
import { dispatch } from './dispatch.ts';

/** The process around a command: streams, signals, exit code. bin/pvefleet.js imports it. */

const interrupt = new AbortController();

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupt.signal.aborted) process.exit(130);
    process.stderr.write(
      '\nStopping after the steps that are under way; Ctrl-C again leaves them at once.\n',
    );
    interrupt.abort();
  });
}

/** Opened when something is printed: Node takes its time over a stream. */
function output(name: 'stdout' | 'stderr'): Output {
  let opened: NodeJS.WriteStream | undefined;
  const open = (): NodeJS.WriteStream => {
    opened ??= process[name].on('error', ignoreClosedPipe);
    return opened;
  };
  return {
    write: (text) => void open().write(text),
    drained: () => drained(open()),
    get isTTY() {
      return 'isTTY' in open();
    },
    get colour() {
      return this.isTTY && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb';
    },
    get columns() {
      return (this.isTTY && open().columns) || 80;
    },
  };
}

function drained(stream: NodeJS.WriteStream): Promise<boolean> {
  if (stream.destroyed || !stream.writableNeedDrain) return Promise.resolve(!stream.destroyed);
  return new Promise((resolve) => {
    const settle = (): void => {
      for (const event of ['drain', 'close', 'error']) stream.removeListener(event, settle);
      resolve(!stream.destroyed);
    };
    for (const event of ['drain', 'close', 'error']) stream.once(event, settle);
  });
}

/** A reader that has left ("pvefleet ls guests | head") is no reason to stop half-way or to complain. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
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
  ask,
  canAsk: () => process.stdin.isTTY,
  askHidden,
};

try {
  const code = await dispatch(process.argv.slice(2), world);
  process.exitCode = interrupt.signal.aborted ? 130 : code;
} catch (error) {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`pvefleet: internal error\n${stack}\n`);
  // Connections that the command left open would keep the process.
  process.exit(1);
}
