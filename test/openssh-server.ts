import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type KeyType, writeKey } from './ssh-keys.ts';

const sshd = '/usr/sbin/sshd';

/** Why a real sshd cannot be started on this machine; undefined when it can. */
export const noOpensshServer = existsSync(sshd)
  ? undefined
  : `${sshd} is not installed (Debian: openssh-server)`;

/** An SSH server on loopback that lets one key in. */
export interface TestServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Private key that may log in. */
  readonly keyFile: string;
  /** Its host keys as "ssh-ed25519 AAAA...". */
  readonly hostKeys: readonly string[];
  /** A directory of the test's own, removed at the end. */
  readonly directory: string;
  /** Cuts every connection, as when the node loses power. */
  cut(): void;
  /** Connections that are open. */
  connections(): number;
  stop(): Promise<void>;
}

/** Where a server runs, when that is not simply here. */
export interface ServerWorld {
  /** The user who may log in, in place of the one who runs the tests. */
  readonly user?: string;
  /** A command line that runs the one after it. */
  readonly within?: (directory: string) => Promise<readonly string[]>;
}

/** What a test of the way to a server looks at besides. */
export interface OpensshServer extends TestServer {
  /** Connections that were made to it so far. */
  readonly accepted: () => number;
  /** Serves one connection on its standard input and output. */
  readonly command: string;
}

/**
 * A real OpenSSH server with configuration, host keys and authorized key of its own, as the user who runs the tests.
 * `settings` are lines of sshd_config, in which DIR is its directory. Each connection has its own `sshd -i`, so no port has to be guessed and nothing outlives the test.
 */
export async function startOpensshServer(
  hostKeyTypes: readonly KeyType[] = ['ed25519'],
  settings: readonly string[] = [],
  world: ServerWorld = {},
): Promise<OpensshServer> {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-sshd-'));
  const keyFile = await writeKey(directory, 'user_key', 'ed25519');
  const hostKeys = await Promise.all(hostKeyTypes.map((type) => writeKey(directory, `host_${type}`, type)));
  const config = join(directory, 'sshd_config');
  const base = configuration(
    keyFile.path,
    hostKeys.map((key) => key.path),
    directory,
  );
  // The first value of a keyword wins.
  await writeFile(config, `${settings.join('\n').replaceAll('DIR', directory)}\n${base}`);
  const within = (await world.within?.(directory)) ?? [];
  const command = [...within, sshd, '-i', '-f', config];
  if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true });

  const children = new Map<ChildProcess, Socket>();
  let accepted = 0;
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    accepted++;
    const child = spawn(command[0] ?? sshd, command.slice(1), {
      stdio: [socket, socket, 'ignore'],
      detached: true,
    });
    children.set(child, socket);
    child.once('exit', () => {
      children.delete(child);
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const cut = () => {
    for (const [child, socket] of children) {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      socket.destroy();
    }
  };
  return {
    host: '127.0.0.1',
    port: address.port,
    user: world.user ?? userInfo().username,
    keyFile: keyFile.path,
    hostKeys: hostKeys.map((key) => key.publicKey),
    directory,
    accepted: () => accepted,
    command: command.join(' '),
    cut,
    connections: () => children.size,
    stop: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true, maxRetries: 10 });
    },
  };
}

function configuration(userKey: string, hostKeys: readonly string[], home: string): string {
  return [
    ...hostKeys.map((key) => `HostKey ${key}`),
    `AuthorizedKeysFile ${userKey}.pub`,
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    // OpenSSH's own choice costs ten times as much, and no test is about it.
    'KexAlgorithms curve25519-sha256',
    // No .bashrc of this machine: it can cost more than all else here.
    `SetEnv HOME=${home} SHLVL=1`,
    'LogLevel QUIET',
    '',
  ].join('\n');
}
