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

/** The channel has room again, or is gone. */
function writableAgain(channel: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      channel.removeListener('drain', done);
      channel.removeListener('close', done);
      resolve();
    };
    channel.once('drain', done);
    channel.once('close', done);
  });
}
