import { isatty } from 'node:tty';
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

// A reader that has left ("pvefleet ls guests | head") is no reason to stop half-way or to complain.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

function output(stream: NodeJS.WriteStream & { readonly fd: number }): Output {
  const isTTY = isatty(stream.fd);
  const plain = (process.env.NO_COLOR ?? '') !== '' || process.env.TERM === 'dumb';
  return {
    write: (text) => void stream.write(text),
    isTTY,
    colour: isTTY && !plain,
    get columns() {
      return isTTY ? stream.columns : 80;
    },
  };
}

async function ask(question: string): Promise<string | undefined> {
  const { askOnTerminal } = await import('./ask.ts');
  return askOnTerminal(question, interrupt.signal);
}

const world: Surroundings = {
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  env: process.env,
  signal: interrupt.signal,
  ask,
};

try {
  const code = await dispatch(process.argv.slice(2), world);
  process.exitCode = interrupt.signal.aborted ? 130 : code;
} catch (error) {
  process.stderr.write(
    `pvefleet: internal error\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 1;
}
