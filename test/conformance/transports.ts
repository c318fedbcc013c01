import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, vi } from 'vitest';
import type { Node } from '../../src/inventory/node.ts';
import type { Transport } from '../../src/transports/transport.ts';
import type { TestServer } from '../openssh-server.ts';
import type { KeyType } from '../ssh-keys.ts';
import { commandsConform } from './commands.ts';
import { logInsConform } from './log-ins.ts';
import { value } from './outcome.ts';

type StartServer = (hostKeyTypes?: readonly KeyType[]) => Promise<TestServer>;

/** What an SSH transport must do with a server. `make` gives a transport that has read nothing yet, and has no keys of its own. */
export function sshTransportConforms(start: StartServer, make: () => Transport, namesSignals = true): void {
  describe('a log-in', () => {
    logInsConform(start, make);
  });

  describe('when logged in', () => {
    let server: TestServer;
    let node: Node;
    beforeAll(async () => {
      server = await start();
      const { host, port, user, keyFile, hostKeys, directory } = server;
      const knownHosts = join(directory, 'known_hosts');
      await writeFile(knownHosts, `[${host}]:${port} ${hostKeys[0]}\n`);
      node = nodeAt({ host, port, user, keyFile, knownHosts: [knownHosts] });
    });
    afterAll(async () => {
      await vi.waitFor(() => expect(server.connections()).toBe(0), 10_000);
      await server.stop();
    });
    commandsConform({
      open: async () => value(await make().connect(node, { timeoutSeconds: 20 })),
      cut: () => server.cut(),
      namesSignals,
    });
  });
}

/** What a transport must do that connects to nothing. */
export function localTransportConforms(make: () => Transport): void {
  const node = nodeAt({ host: 'pve1', port: 22, user: 'root', knownHosts: [] });
  commandsConform({
    open: async () => value(await make().connect(node, { timeoutSeconds: 20 })),
    namesSignals: true,
  });
}

function nodeAt(connection: Node['connection']): Node {
  return { name: 'pve1', groups: ['all'], variables: {}, connection };
}
