import ssh2 from 'ssh2';
import type { Lab, LabNode } from '../../lab/src/lab.ts';

export interface Output {
  readonly stdout: string;
  readonly bytes: Buffer;
  readonly stderr: string;
  /** Undefined: the connection went before the command ended. */
  readonly exit: number | undefined;
}

export interface Client {
  readonly exec: (
    command: string,
    options?: { readonly stdin?: string | Buffer; readonly env?: Record<string, string> },
  ) => Promise<Output>;
  /** Starts a command and leaves it running. */
  readonly start: (command: string) => Promise<void>;
  readonly end: () => void;
}

/** The node of that inventory name. */
export function nodeOf(lab: Lab, host: string): LabNode {
  const node = lab.nodes.find((each) => each.host === host);
  if (node === undefined) throw new Error(`no node ${host}`);
  return node;
}

/** Logs into a node of the lab as root, with its key unless another is given; checks the host key. */
export async function connect(
  lab: Lab,
  host: string,
  privateKey = lab.clientKey.privateKey,
): Promise<Client> {
  const { port, hostKey } = nodeOf(lab, host);
  const client = new ssh2.Client();
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve);
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed')));
    client.on('connect', () => client.setNoDelay(true));
    client.connect({
      host: '127.0.0.1',
      port,
      username: 'root',
      privateKey,
      readyTimeout: 3000,
      hostVerifier: (key: Buffer) => key.toString('base64') === hostKey.publicKey.split(' ')[1],
    });
  });
  client.on('error', () => undefined);
  return {
    exec: (command, options = {}) =>
      new Promise((resolve) => {
        client.exec(command, { env: options.env ?? {} }, (error, channel) => {
          if (error !== undefined)
            return resolve({ stdout: '', bytes: Buffer.alloc(0), stderr: '', exit: undefined });
          const out: Buffer[] = [];
          let stderr = '';
          let exit: number | undefined;
          channel.on('data', (chunk: Buffer) => out.push(chunk));
          channel.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
          channel.on('exit', (code: number) => (exit = code));
          channel.on('close', () =>
            resolve({ stdout: Buffer.concat(out).toString(), bytes: Buffer.concat(out), stderr, exit }),
          );
          channel.end(options.stdin ?? '');
        });
      }),
    start: (command) =>
      new Promise((resolve, reject) => {
        client.exec(command, (error, channel) => {
          if (error !== undefined) return reject(error);
          channel.on('error', () => undefined);
          channel.end();
          resolve();
        });
      }),
    end: () => client.end(),
  };
}
