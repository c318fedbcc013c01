import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Result } from '../../src/diagnostic.ts';
import type { ConnectionOptions, Node } from '../../src/inventory/node.ts';
import type { Connection, Transport } from '../../src/transports/transport.ts';
import type { TestServer } from '../openssh-server.ts';
import { hashedName, type KeyType, writeKey } from '../ssh-keys.ts';
import { error } from './outcome.ts';

/** What every SSH transport must do before a command is sent. `make` gives a transport that has read nothing yet, and has no keys of its own. */
export function logInsConform(
  start: (hostKeyTypes?: readonly KeyType[]) => Promise<TestServer>,
  make: () => Transport,
): void {
  let server: TestServer;
  let connections: Connection[] = [];
  let files = 0;

  beforeAll(async () => {
    server = await start(['ed25519', 'ecdsa', 'rsa']);
  });
  afterEach(async () => {
    await Promise.all(connections.map((connection) => connection.close()));
    connections = [];
  });
  afterAll(async () => {
    // What failed or was closed has left the server.
    await vi.waitFor(() => expect(server.connections()).toBe(0), 10_000);
    await server.stop();
  });

  const name = () => `[${server.host}]:${server.port}`;
  const hostKey = (type: string) => server.hostKeys.find((key) => key.startsWith(type)) ?? '';

  /** A node whose known_hosts files have these texts. */
  async function node(
    knownHosts: readonly string[],
    connection: Partial<ConnectionOptions> = {},
  ): Promise<Node> {
    const paths = knownHosts.map(() => join(server.directory, `known_hosts_${++files}`));
    await Promise.all(paths.map((path, index) => writeFile(path, knownHosts[index] ?? '')));
    const { host, port, user, keyFile } = server;
    return {
      name: 'pve1',
      groups: ['all'],
      variables: {},
      connection: { host, port, user, keyFile, knownHosts: paths, ...connection },
    };
  }

  async function connect(to: Node, timeoutSeconds = 20): Promise<Result<Connection>> {
    const connected = await make().connect(to, { timeoutSeconds });
    if (connected.ok) connections.push(connected.value);
    return connected;
  }

  describe('a host key', () => {
    test.each(['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ssh-rsa'])(
      'known by %s alone is accepted, whatever the server likes best',
      async (type) => {
        expect((await connect(await node([`${name()} ${hostKey(type)}\n`]))).ok).toBe(true);
      },
    );

    test.each([
      ['hashed', () => `${hashedName(name())} ${hostKey('ssh-ed25519')}`],
      ['a wildcard', () => `[127.*]:* ${hostKey('ssh-ed25519')}`],
      [
        'one name of several, after broken lines',
        () => `nonsense\n# comment\nother,${name()} ${hostKey('ssh-ed25519')} comment`,
      ],
      ['the host alone', () => `${server.host} ${hostKey('ssh-ed25519')}`],
    ])('known as %s is accepted', async (_, line) => {
      expect((await connect(await node([line()]))).ok).toBe(true);
    });

    test('known in the second file is accepted, when the first is not there', async () => {
      const known = await node([`${name()} ${hostKey('ssh-ed25519')}`]);
      const knownHosts = [join(server.directory, 'none'), ...known.connection.knownHosts];
      expect((await connect({ ...known, connection: { ...known.connection, knownHosts } })).ok).toBe(true);
    });

    test('that is not known is refused with its fingerprint and the command that accepts it', async () => {
      const unknown = await node(['']);
      const found = error(await connect(unknown));
      expect(found).toMatchObject({
        code: 'transport/host-key-unknown',
        trouble: 'unreachable',
        host: 'pve1',
      });
      expect(found.message).toMatch(/pve1 .*ssh-ed25519 SHA256:[\w+/]{43} /u);
      expect(found.hint).toMatch(/compare the fingerprint first/u);
      expect(found.hint).toContain(
        `ssh-keyscan -t ed25519 -p ${server.port} ${server.host} >> ${unknown.connection.knownHosts[0]}`,
      );
    });

    test('that has changed is refused with the place of the known one and both fingerprints', async () => {
      const other = await writeKey(server.directory, 'other_host', 'ed25519');
      const changed = await node([`# comment\n${name()} ${other.publicKey}\n`]);
      const found = error(await connect(changed));
      expect(found).toMatchObject({
        code: 'transport/host-key-changed',
        trouble: 'unreachable',
        host: 'pve1',
      });
      expect(found.message).toContain(`${changed.connection.knownHosts[0]}:2`);
      expect(new Set(found.message.match(/SHA256:[\w+/]{43}/gu))).toHaveLength(2);
      expect(found.hint).toContain(`ssh-keygen -R '${name()}' -f ${changed.connection.knownHosts[0]}`);
    });

    test('that is revoked is refused, though another line knows it', async () => {
      const found = error(
        await connect(
          await node([`${name()} ${hostKey('ssh-ed25519')}\n@revoked * ${hostKey('ssh-ed25519')}\n`]),
        ),
      );
      expect(found).toMatchObject({ code: 'transport/host-key-revoked', trouble: 'unreachable' });
      expect(found.message).toMatch(/known_hosts_\d+:2\)/u);
    });

    test('of no type that the server is known by is refused', async () => {
      const other = await start(['ecdsa']);
      const lines = `[${other.host}]:${other.port} ${hostKey('ssh-ed25519')}`;
      const found = error(await connect(await node([lines], { port: other.port, keyFile: other.keyFile })));
      expect(found).toMatchObject({ code: 'transport/host-key-changed', trouble: 'unreachable' });
      expect(found.message).toMatch(/ssh-ed25519 .*:1\)/u);
      await other.stop();
    });
  });

  test('a user key that the server refuses is a diagnostic that names it and says how to let it in', async () => {
    const stranger = await writeKey(server.directory, 'stranger', 'ed25519');
    const found = error(
      await connect(await node([`${name()} ${hostKey('ssh-ed25519')}`], { keyFile: stranger.path })),
    );
    expect(found).toMatchObject({ code: 'transport/login-refused', trouble: 'unreachable', host: 'pve1' });
    expect(found.message).toContain(`tried ${stranger.path}`);
    expect(found.hint).toContain(
      `ssh-copy-id -i ${stranger.path} -p ${server.port} ${server.user}@${server.host}`,
    );
  });

  test('a log-in that is interrupted is a diagnostic', async () => {
    const abort = new AbortController();
    const known = await node([`${name()} ${hostKey('ssh-ed25519')}`]);
    const connecting = make().connect(known, { timeoutSeconds: 20, signal: abort.signal });
    abort.abort();
    expect(error(await connecting)).toMatchObject({ code: 'transport/aborted', trouble: 'unreachable' });
  });

  test('a server that says nothing is given up', async () => {
    const silent = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.resume();
    });
    const port = await listen(silent);
    expect(error(await connect(await node([''], { port }), 1))).toMatchObject({
      code: 'transport/timeout',
      trouble: 'unreachable',
    });
    await vi.waitFor(async () => expect(await connectionsOf(silent)).toBe(0));
    silent.close();
  });

  test('a server that is no SSH server is quoted', async () => {
    const web = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    const port = await listen(web);
    expect(error(await connect(await node([''], { port })))).toMatchObject({
      code: 'transport/not-ssh',
      message: expect.stringContaining('it says "HTTP/1.1 400 Bad Request" and closes'),
    });
    web.close();
  });

  test('a name that starts with a dash is a name', async () => {
    const marker = join(server.directory, 'marker');
    const host = `-oProxyCommand=touch ${marker}`;
    expect(error(await connect(await node([''], { host })))).toMatchObject({ trouble: 'unreachable' });
    expect(existsSync(marker)).toBe(false);
  });

  test('a server that is gone is a diagnostic', async () => {
    const gone = await start();
    await gone.stop();
    expect(error(await connect(await node([''], { port: gone.port })))).toMatchObject({
      code: 'transport/refused',
      trouble: 'unreachable',
      host: 'pve1',
    });
  });
}

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
