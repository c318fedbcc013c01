import type { Socket } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { Client } from 'ssh2';
import { fail, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { createKeyring, type KeySources } from './identities.ts';
import { linesFor } from './known-hosts.ts';
import { createKnownHostsReader } from './known-hosts-files.ts';
import { logIn } from './log-in.ts';
import { openSocket } from './open-socket.ts';
import { runCommand } from './run-command.ts';
import type { Connection, ConnectOptions, Transport } from './transport.ts';
import { unfinished } from './trouble.ts';

/** More at once make each other late, and none faster: a handshake is a millisecond or two of this process's CPU. */
const handshakesAtOnce = 16;

/** SSH in this process. Reads each known_hosts and key file, and asks the agent, once in its life. */
export function createSshTransport(sources: KeySources = ownKeys()): Transport {
  const keys = createKeyring(sources);
  const knownHosts = createKnownHostsReader();
  const handshakes = pLimit(handshakesAtOnce);
  return { connect };

  async function connect(node: Node, options: ConnectOptions): Promise<Result<Connection>> {
    const [known, identities] = await Promise.all([knownHosts(node), keys(node)]);
    if (!known.ok) return known;
    if (!identities.ok) return identities;
    const lines = linesFor(known.value, node.connection.host, node.connection.port);
    const socket = await openSocket(node, options);
    if (!socket.ok) return socket;
    const client = await handshakes(() =>
      logIn(node, { socket: socket.value, lines, identities: identities.value }, options),
    );
    return client.ok ? { ...client, value: toConnection(node, socket.value, client.value) } : client;
  }
}

function ownKeys(): KeySources {
  return { agentSocket: process.env['SSH_AUTH_SOCK'], directory: join(homedir(), '.ssh') };
}

function toConnection(node: Node, socket: Socket, client: Client): Connection {
  let open = true;
  const onEnd = () => {
    open = false;
  };
  client.setMaxListeners(0);
  client.once('error', onEnd);
  client.once('end', onEnd);
  client.once('close', onEnd);
  return {
    exec: async (command, options = {}) => {
      if (!open || !socket.writable)
        return fail(unfinished(node, 'not-connected', command, 'the connection was lost before it was sent'));
      return runCommand(node, client, command, options);
    },
    close: async () => {
      if (socket.destroyed) return;
      const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
      client.end();
      socket.destroy();
      await closed;
    },
  };
}
