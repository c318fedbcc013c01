import type { Readable, Writable } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { fail, ok, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { channelRefused, connectionLost } from './run-command.ts';
import type { Ending } from './transport.ts';

/** Where a person types and reads. */
export interface Terminal {
  /** What is typed, key by key. */
  readonly input: Readable;
  readonly output: Writable;
  /** As $TERM has it. */
  readonly kind: string;
  /** In cells. */
  size(): { readonly rows: number; readonly columns: number };
  /** Calls back when the size has changed; what it gives stops that. */
  onResize(listener: () => void): () => void;
}

/** Runs a command, or the login shell where none is given, on a pseudo-terminal of the node (RFC 4254 6.2) that is shown on this one. */
export function runOnTerminal(
  node: Node,
  client: Client,
  terminal: Terminal,
  command?: string,
): Promise<Result<Ending>> {
  const name = command ?? 'a shell';
  const { rows, columns } = terminal.size();
  const window = { rows, cols: columns, term: terminal.kind };
  return new Promise((resolve) => {
    const onLost = (): void => resolve(fail(connectionLost(node, name)));
    client.once('close', onLost);
    const started = (refused: Error | undefined, channel: ClientChannel): void => {
      if (refused !== undefined) return resolve(fail(channelRefused(node, name, refused)));
      void join(channel, terminal).then((ending) => {
        client.removeListener('close', onLost);
        resolve(ending === undefined ? fail(connectionLost(node, name)) : ok(ending));
      });
    };
    if (command === undefined) client.shell(window, started);
    else client.exec(command, { pty: window }, started);
  });
}

/** Carries what is typed and what is said until the channel is closed; undefined where it was closed without a status. */
function join(channel: ClientChannel, terminal: Terminal): Promise<Ending | undefined> {
  return new Promise((resolve) => {
    const { input, output } = terminal;
    let ending: Ending | undefined;
    const stopListening = terminal.onResize(() => {
      const { rows, columns } = terminal.size();
      channel.setWindow(rows, columns, 0, 0);
    });
    channel.on('error', () => undefined);
    channel.on('exit', (exit: number | null, signal?: string) => {
      ending = signal === undefined ? { exit } : { exit, signal };
    });
    channel.once('close', () => {
      stopListening();
      input.unpipe(channel);
      resolve(ending);
    });
    channel.pipe(output, { end: false });
    channel.stderr.pipe(output, { end: false });
    input.pipe(channel);
  });
}
