import type { Writable } from 'node:stream';
import type { ExecOptions } from './transport.ts';

/** Sends the input of a command and its end of file; what comes in pieces is read as fast as the node takes it. Rejects when the input itself fails. */
export async function sendInput(channel: Writable, input: ExecOptions['stdin']): Promise<void> {
  if (input === undefined || typeof input === 'string' || Buffer.isBuffer(input)) {
    channel.end(input);
    return;
  }
  for await (const chunk of input) {
    if (!channel.writable) return;
    if (!channel.write(chunk)) await writableAgain(channel);
  }
  channel.end();
}

/** It takes more, or is gone. */
export function writableAgain(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.removeListener('drain', done);
      stream.removeListener('close', done);
      resolve();
    };
    stream.once('drain', done);
    stream.once('close', done);
  });
}
