import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Diagnostic, Result } from '../../src/diagnostic.ts';
import type { ConnectionOptions, Node } from '../../src/inventory/node.ts';
import { socketTrouble } from '../../src/transports/open-socket.ts';
import { createSshTransport } from '../../src/transports/ssh.ts';
import type { Surroundings } from '../../src/transports/surroundings.ts';
import type { Connection } from '../../src/transports/transport.ts';
import { startSsh2Server } from '../conformance/ssh2-server.ts';
import type { TestServer } from '../openssh-server.ts';
import { writeKey } from '../ssh-keys.ts';
import { startSshAgent } from './ssh-agent.ts';

let server: TestServer;
let knownHosts: string;
beforeAll(async () => {
  server = await startSsh2Server();
  knownHosts = join(server.directory, 'known_hosts');
  await writeFile(knownHosts, `[${server.host}]:${server.port} ${server.hostKeys[0]}\n`);
});
afterAll(() => server.stop());

const noKeys: Surroundings = { agentSocket: undefined, directory: '/nonexistent' };

function node(connection: Partial<ConnectionOptions> = {}): Node {
  const { host, port, user } = server;
  return {
    name: 'pve1',
    groups: ['all'],
    variables: {},
    connection: { host, port, user, knownHosts: [knownHosts], ...connection },
  };
}

/** Connects and closes again; the diagnostics, or none. */
async function tryOut(sources: Surroundings, to: Node, timeoutSeconds = 20): Promise<readonly Diagnostic[]> {
  const connected = await createSshTransport(sources).connect(to, { timeoutSeconds });
  if (connected.ok) await connected.value.close();
  return connected.ok ? [] : connected.diagnostics;
}

describe('the key to log in with', () => {
  test('comes from the agent, which is asked once for all nodes', async () => {
    const agent = await startSshAgent(server.directory, [server.keyFile]);
    const transport = createSshTransport({ ...noKeys, agentSocket: agent.socket });
    const connected = await Promise.all(
      [1, 2, 3].map(() => transport.connect(node(), { timeoutSeconds: 20 })),
    );
    expect(connected.map((result) => result.ok)).toEqual([true, true, true]);
    expect(agent.asked()).toBe(1);
    await Promise.all(connected.map(async (result) => result.ok && result.value.close()));
    await agent.stop();
  });

  test('comes from a default file when the agent has only others', async () => {
    const directory = join(server.directory, 'home');
    await mkdir(directory);
    const other = await writeKey(server.directory, 'other', 'rsa');
    const agent = await startSshAgent(server.directory, [other.path]);
    await writeKey(directory, 'id_ed25519', 'ed25519');
    await copyFile(server.keyFile, join(directory, 'id_rsa'));
    expect(await tryOut({ agentSocket: agent.socket, directory }, node())).toEqual([]);
    await agent.stop();
  });

  test('is held by the agent when its file is encrypted, and is the only one tried', async () => {
    const locked = await writeKey(server.directory, 'locked_held', 'ed25519', 'passphrase');
    await rm(`${locked.path}.pub`);
    const agent = await startSshAgent(server.directory, [server.keyFile, locked.path], 'passphrase');
    const found = await tryOut({ ...noKeys, agentSocket: agent.socket }, node({ keyFile: locked.path }));
    expect(found).toMatchObject([
      { code: 'transport/login-refused', message: expect.stringMatching(/tried agent key [^,;]*$/u) },
    ]);
    await agent.stop();
  });

  test('is held by the agent when its public half is named', async () => {
    const other = await writeKey(server.directory, 'other_held', 'ed25519');
    const agent = await startSshAgent(server.directory, [other.path, server.keyFile]);
    expect(
      await tryOut({ ...noKeys, agentSocket: agent.socket }, node({ keyFile: `${server.keyFile}.pub` })),
    ).toEqual([]);
    await agent.stop();
  });

  test('of an encrypted file that the agent does not hold is refused, with ssh-add', async () => {
    const locked = await writeKey(server.directory, 'locked', 'ed25519', 'passphrase');
    expect(await tryOut(noKeys, node({ keyFile: locked.path }))).toMatchObject([
      {
        code: 'transport/key-locked',
        trouble: 'unreachable',
        host: 'pve1',
        hint: expect.stringContaining(`ssh-add ${locked.path}`),
      },
    ]);
  });

  test('is missing or broken', async () => {
    const broken = join(server.directory, 'broken');
    await writeFile(
      broken,
      '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----\n',
    );
    expect(await tryOut(noKeys, node({ keyFile: '/nonexistent' }))).toMatchObject([
      { code: 'transport/key-file', message: expect.stringContaining('no key file /nonexistent') },
    ]);
    expect(await tryOut(noKeys, node({ keyFile: broken }))).toMatchObject([
      { code: 'transport/key-file', message: expect.stringContaining(broken) },
    ]);
  });

  test('is nowhere: says where it was looked for', async () => {
    expect(await tryOut({ agentSocket: '/nonexistent', directory: '/nonexistent' }, node())).toMatchObject([
      {
        code: 'transport/no-key',
        trouble: 'unreachable',
        host: 'pve1',
        message: expect.stringContaining('no id_ed25519, id_ecdsa, id_rsa in /nonexistent'),
      },
    ]);
  });

  test('all refused: names each, and those passed over', async () => {
    const directory = join(server.directory, 'strangers');
    await mkdir(directory);
    await writeKey(directory, 'id_ecdsa', 'ecdsa');
    await writeKey(directory, 'id_ed25519', 'ed25519', 'passphrase');
    const [found] = await tryOut({ ...noKeys, directory }, node());
    expect(found).toMatchObject({
      code: 'transport/login-refused',
      message: expect.stringContaining(
        `for ${server.user}: tried ${directory}/id_ecdsa, ${directory}/id_ed25519 (encrypted, not in the agent)`,
      ),
    });
  });
});

test('nothing of ours is sent to a server whose host key is not trusted', async () => {
  const { path, publicKey } = await writeKey(server.directory, 'untrusted_host', 'ed25519');
  let attempts = 0;
  const untrusted = new ssh2.Server({ hostKeys: [await readFile(path)] }, (connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', (attempt) => {
      attempts++;
      attempt.reject();
    });
  });
  await new Promise<void>((resolve) => untrusted.listen(0, '127.0.0.1', resolve));
  const address = untrusted.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  const changed = join(server.directory, 'known_hosts_changed');
  await writeFile(changed, `[${server.host}]:${port} ${server.hostKeys[0]}\n`);
  const trusted = join(server.directory, 'known_hosts_trusted');
  await writeFile(trusted, `[${server.host}]:${port} ${publicKey}\n`);

  const keyFile = server.keyFile;
  expect(await tryOut(noKeys, node({ port, keyFile, knownHosts: [] }))).toMatchObject([
    { code: 'transport/host-key-unknown' },
  ]);
  expect(await tryOut(noKeys, node({ port, keyFile, knownHosts: [changed] }))).toMatchObject([
    { code: 'transport/host-key-changed' },
  ]);
  expect(attempts).toBe(0);
  expect(await tryOut(noKeys, node({ port, keyFile, knownHosts: [trusted] }))).toMatchObject([
    { code: 'transport/login-refused' },
  ]);
  expect(attempts).toBe(1);
  await new Promise<void>((resolve) => untrusted.close(() => resolve()));
});

describe('a server that is none', () => {
  let fake: Server;
  const sockets = new Set<Socket>();
  afterEach(async () => {
    sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => fake.close(resolve));
  });

  async function serve(onConnect: (socket: Socket) => void): Promise<Partial<ConnectionOptions>> {
    fake = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      onConnect(socket);
    });
    await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
    const address = fake.address();
    return {
      port: address === null || typeof address === 'string' ? 0 : address.port,
      keyFile: server.keyFile,
    };
  }

  test.each<[string, (socket: Socket) => void, string]>([
    ['speaks HTTP', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'transport/not-ssh'],
    ['closes at once', (socket) => socket.end(), 'transport/reset'],
    ['resets', (socket) => socket.resetAndDestroy(), 'transport/reset'],
    ['ends after its banner', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'), 'transport/reset'],
    [
      'says nonsense after its banner',
      (socket) => socket.end(`SSH-2.0-OpenSSH_9.2\r\n${'x'.repeat(1000)}`),
      'transport/handshake',
    ],
  ])('%s', async (_, onConnect, code) => {
    expect(await tryOut(noKeys, node(await serve(onConnect)))).toMatchObject([
      { code, trouble: 'unreachable', host: 'pve1' },
    ]);
  });

  test('says nothing: is given up after the time-out', async () => {
    const to = node(await serve(() => undefined));
    expect(await tryOut(noKeys, to, 0.2)).toMatchObject([{ code: 'transport/timeout', host: 'pve1' }]);
  });

  test('one of many: 16 handshakes at once, 8 with one server, however many nodes answer', async () => {
    const abort = new AbortController();
    let [answered, handshakes] = [0, 0];
    const listen = async () =>
      node(
        await serve((socket) => {
          answered++;
          socket.once('data', () => handshakes++);
        }),
      );
    const first = await listen();
    const others = fake;
    const nodes = [first, await listen()];
    const transport = createSshTransport(noKeys);
    const options = { timeoutSeconds: 20, signal: abort.signal };
    const connecting = Array.from({ length: 40 }, (_, index) =>
      transport.connect(nodes[index % 2] ?? first, options),
    );
    await vi.waitFor(() => expect([answered, handshakes]).toEqual([16, 16]), 10_000);
    abort.abort();
    const connected = await Promise.all(connecting);
    expect(connected.filter((result) => result.ok)).toEqual([]);
    expect([answered, handshakes]).toEqual([16, 16]);
    await new Promise((resolve) => others.close(resolve));
  });

  test('is given up when the signal fires', async () => {
    const abort = new AbortController();
    const to = node(await serve(() => abort.abort()));
    const connected: Result<Connection> = await createSshTransport(noKeys).connect(to, {
      timeoutSeconds: 20,
      signal: abort.signal,
    });
    expect(connected).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'transport/aborted', host: 'pve1' }],
    });
    expect(
      await createSshTransport(noKeys).connect(to, { timeoutSeconds: 20, signal: abort.signal }),
    ).toMatchObject({ ok: false, diagnostics: [{ code: 'transport/aborted' }] });
  });
});

test.each([
  ['ECONNREFUSED', /nothing listens on port/u],
  ['ENOTFOUND', /the name .* does not resolve/u],
  ['EAI_AGAIN', /the name .* does not resolve/u],
  ['EHOSTUNREACH', /no way to/u],
  ['ENETUNREACH', /no way to/u],
  ['ETIMEDOUT', /no answer/u],
  ['ECONNRESET', /reset/u],
  ['EMFILE', /too many open files/u],
])('%s is a plain sentence', (code, sentence) => {
  const error = Object.assign(new Error('too many open files'), { code });
  expect(socketTrouble(node(), error)).toMatchObject({
    trouble: 'unreachable',
    host: 'pve1',
    message: expect.stringMatching(sentence),
  });
});
