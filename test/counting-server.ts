import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import type { FakeNode } from './snapshot/fake-root.ts';
import { fakeNode } from './snapshot/fake-root.ts';
import { type KeyType, writeKey } from './ssh-keys.ts';

/** What a host was asked for. */
export interface Asked {
  readonly connections: number;
  readonly execs: number;
  readonly sftp: number;
}

/** Many hosts behind one SSH server of ssh2 in this process: the user who logs in is the host. Commands run in a real `sh`. */
export interface CountingServer {
  readonly port: number;
  readonly keyFile: string;
  /** Its host key as "ssh-ed25519 AAAA...". */
  readonly hostKey: string;
  /** A directory of a host's own. */
  readonly root: (host: string) => string;
  /** What each host was asked for since the last time. */
  readonly asked: () => Readonly<Record<string, Asked>>;
  readonly stop: () => Promise<void>;
}

/** Each host looks like a lone node of PVE to the probe; `path` is put before its PATH. */
export async function startCountingServer(
  directory: string,
  hosts: readonly string[],
  path: string,
  keyType: KeyType = 'ed25519',
): Promise<CountingServer> {
  const [user, host] = [
    await writeKey(directory, 'user', keyType),
    await writeKey(directory, 'host', keyType),
  ];
  const nodes = new Map(
    await Promise.all(
      hosts.map(async (name) => [name, await fakeNode({ node: name } satisfies FakeNode)] as const),
    ),
  );
  let counts = new Map<string, { connections: number; execs: number; sftp: number }>();
  const countOf = (name: string) => {
    const own = counts.get(name) ?? { connections: 0, execs: 0, sftp: 0 };
    counts.set(name, own);
    return own;
  };
  const serve = (connection: Connection): void => {
    let name = '';
    connection.on('error', () => undefined);
    connection.on('authentication', (attempt) => {
      if (attempt.method !== 'publickey') return attempt.reject(['publickey']);
      name = attempt.username;
      if (attempt.signature !== undefined) countOf(name).connections++;
      attempt.accept();
    });
    connection.on('session', (accept) => {
      const session = accept();
      session.on('sftp', (_accept, reject) => {
        countOf(name).sftp++;
        reject?.();
      });
      session.on('exec', (acceptExec, _reject, { command }) => {
        countOf(name).execs++;
        const root = nodes.get(name)?.root ?? '/nonexistent';
        run(command, acceptExec(), {
          PATH: `${path}:/usr/bin:/bin:/usr/sbin:/sbin`,
          HOME: root,
          PVEFLEET_ROOT: root,
        });
      });
    });
  };
  const ssh = new ssh2.Server({ hostKeys: [await readFile(host.path)] }, serve);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    ssh.injectSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    keyFile: user.path,
    hostKey: host.publicKey,
    root: (name) => nodes.get(name)?.root ?? '',
    asked: () => {
      const asked = Object.fromEntries(counts);
      counts = new Map();
      return asked;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all([...nodes.values()].map((node) => node.remove()));
    },
  };
}

function run(command: string, channel: ServerChannel, env: Readonly<Record<string, string>>): void {
  const child = spawn('sh', ['-c', command], { env });
  channel.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.once('close', (code) => {
    channel.exit(code ?? 255);
    channel.end();
  });
}
