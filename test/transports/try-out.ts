import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostic, Result } from '../../src/diagnostic.ts';
import type { ConnectionOptions, Node } from '../../src/inventory/node.ts';
import { createSshTransport } from '../../src/transports/ssh.ts';
import type { Surroundings } from '../../src/transports/surroundings.ts';
import type { Transport } from '../../src/transports/transport.ts';
import type { TestServer } from '../openssh-server.ts';

export const noKeys: Surroundings = { agentSocket: undefined, directory: '/nonexistent' };

/** Writes the known_hosts file that knows this server, and gives its path. */
export async function knowing(...servers: readonly TestServer[]): Promise<string> {
  const path = join(servers[0]?.directory ?? '', `known_hosts_${process.hrtime.bigint()}`);
  const lines = servers.flatMap(({ host, port, hostKeys }) =>
    hostKeys.map((key) => `[${host}]:${port} ${key}\n`),
  );
  await writeFile(path, lines.join(''));
  return path;
}

export function nodeOf(server: TestServer, connection: Partial<ConnectionOptions>, name = 'pve1'): Node {
  const { host, port, user } = server;
  return {
    name,
    groups: ['all'],
    variables: {},
    connection: { host, port, user, knownHosts: [], ...connection },
  };
}

/** Connects, runs a command and closes again; what it printed. */
export async function say(
  given: Surroundings | Transport,
  node: Node,
  command = 'echo hello',
  timeoutSeconds = 20,
): Promise<Result<string>> {
  const transport = 'connect' in given ? given : createSshTransport(given);
  const connected = await transport.connect(node, { timeoutSeconds });
  if (!connected.ok) return connected;
  const finished = await connected.value.exec(command);
  await connected.value.close();
  return finished.ok ? { ...finished, value: finished.value.stdout.toString() } : finished;
}

/** The one diagnostic of a failure. */
export function only(result: Result<unknown>): Diagnostic {
  const [first, ...more] = result.ok ? [] : result.diagnostics;
  if (first === undefined || more.length > 0) throw new Error('exactly one diagnostic expected');
  return first;
}

export const hello = { ok: true, value: 'hello\n' };
