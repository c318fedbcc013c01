import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Node } from '../../src/inventory/node.ts';
import type { Result } from '../../src/diagnostic.ts';
import { createPool, type Pool } from '../../src/transports/pool.ts';
import { createSshTransport } from '../../src/transports/ssh.ts';
import type { ExecOptions, Finished } from '../../src/transports/transport.ts';
import { noOpensshServer, startOpensshServer, type TestServer } from '../openssh-server.ts';
import { type KeyType, writeKey } from '../ssh-keys.ts';
import { type HoldingProxy, startHoldingProxy } from './holding-proxy.ts';
import { startSshAgent } from './ssh-agent.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

interface World {
  readonly server: TestServer;
  readonly proxy: HoldingProxy;
  /** A file of the test's own. */
  readonly path: (name: string) => string;
  /** The node, reached through the proxy, with this known_hosts line and key. */
  node(keyFile?: string, hostKey?: string): Promise<Node>;
}

/** A real sshd with these lines in its configuration, behind a proxy that holds what it says after the key exchange. */
async function world(lines: readonly string[] = [], hostKeys?: readonly KeyType[]): Promise<World> {
  const server = await startOpensshServer(hostKeys, lines);
  const proxy = await startHoldingProxy(server);
  ends.push(
    () => server.stop(),
    () => proxy.stop(),
  );
  const path = (name: string) => join(server.directory, name);
  return {
    server,
    proxy,
    path,
    node: async (keyFile = server.keyFile, hostKey = server.hostKeys[0]) => {
      await writeFile(path('known_hosts'), `[127.0.0.1]:${proxy.port} ${hostKey}\n`);
      const { user } = server;
      return {
        name: 'pve1',
        groups: [],
        variables: {},
        connection: {
          host: '127.0.0.1',
          port: proxy.port,
          user,
          ...(keyFile !== '' && { keyFile }),
          knownHosts: [path('known_hosts')],
        },
      };
    },
  };
}

function pool({ agentSocket, forks = 4 }: { agentSocket?: string | undefined; forks?: number } = {}): Pool {
  const made = createPool(createSshTransport({ agentSocket, directory: '/nonexistent' }), {
    forks,
    connectTimeoutSeconds: 20,
  });
  ends.push(() => made.close());
  return made;
}

/** Runs a command that leaves a file before the server's answers are let through; fails when it does not run by then. */
async function runHeld(
  { proxy, path }: World,
  node: Node,
  given: { command?: string; options?: ExecOptions; agentSocket?: string } = {},
): Promise<Result<Finished>> {
  const ran = path('ran');
  const running = pool(given).exec(node, `${given.command ?? 'true'}; echo ran >> ${ran}`, given.options);
  await vi.waitFor(() => expect(existsSync(ran)).toBe(true), 20_000);
  proxy.release();
  const result = await running;
  expect(await readFile(ran, 'utf8')).toBe('ran\n');
  return result;
}

function output(result: Result<Finished>): string {
  return result.ok ? result.value.stdout.toString() : JSON.stringify(result.diagnostics);
}

describe.skipIf(noOpensshServer)('the first command of a connection to OpenSSH', () => {
  test('takes four round trips: TCP, the algorithms, the key exchange, and one for all the rest', async () => {
    const at = await world();
    const result = await runHeld(at, await at.node(), { command: 'echo hello' });
    expect(output(result)).toBe('hello\n');
    expect(at.proxy.pieces[0]).toBeGreaterThanOrEqual(3);
  });

  test('has its input with it, of any bytes', async () => {
    const at = await world();
    const stdin = randomBytes(60_000);
    const result = await runHeld(at, await at.node(), { command: 'cat', options: { stdin } });
    expect(result.ok && result.value.stdout.equals(stdin)).toBe(true);
  });

  test('runs for an agent key, too', async () => {
    const at = await world();
    const agent = await startSshAgent(at.server.directory, [at.server.keyFile]);
    ends.push(() => agent.stop());
    const result = await runHeld(at, await at.node(''), { command: 'echo hi', agentSocket: agent.socket });
    expect(output(result)).toBe('hi\n');
  });

  test.each(['ecdsa', 'rsa'] as const)('runs with a key of type %s', async (type) => {
    const at = await world();
    const key = await writeKey(at.server.directory, 'other', type);
    await writeFile(`${at.server.keyFile}.pub`, `${key.publicKey}\n`);
    expect(output(await runHeld(at, await at.node(key.path), { command: 'echo hi' }))).toBe('hi\n');
  });
});

/** As above, with nothing held back. */
async function runOnce(
  at: World,
  node: Node,
  given: { command?: string; options?: ExecOptions; agentSocket?: string } = {},
): Promise<{ readonly result: Result<Finished>; readonly ran: number }> {
  at.proxy.release();
  const ran = at.path('ran');
  const command = `echo ran >> ${ran}; ${given.command ?? 'true'}`;
  const result = await pool(given).exec(node, command, given.options);
  const text = existsSync(ran) ? await readFile(ran, 'utf8') : '';
  return { result, ran: text.split('\n').length - 1 };
}

describe.skipIf(noOpensshServer)('the first command runs once, and no more,', () => {
  test('when the second key is the right one', async () => {
    const at = await world();
    const wrong = await writeKey(at.server.directory, 'wrong', 'ed25519');
    const agent = await startSshAgent(at.server.directory, [wrong.path, at.server.keyFile]);
    ends.push(() => agent.stop());
    const { result, ran } = await runOnce(at, await at.node(''), {
      command: 'cat',
      options: { stdin: 'input' },
      agentSocket: agent.socket,
    });
    expect([output(result), ran]).toEqual(['input', 1]);
  });

  test('when two keys are wanted', async () => {
    const at = await world(['AuthenticationMethods publickey,publickey']);
    const second = await writeKey(at.server.directory, 'second', 'ed25519');
    const authorized = `${at.server.keyFile}.pub`;
    await writeFile(authorized, `${await readFile(authorized, 'utf8')}${second.publicKey}\n`);
    const agent = await startSshAgent(at.server.directory, [second.path, at.server.keyFile]);
    ends.push(() => agent.stop());
    const { result, ran } = await runOnce(at, await at.node(''), { agentSocket: agent.socket });
    expect([result.ok, ran]).toEqual([true, 1]);
  });

  test('when the server takes the key with another algorithm only', async () => {
    const at = await world(['PubkeyAcceptedAlgorithms rsa-sha2-256']);
    const key = await writeKey(at.server.directory, 'other', 'rsa');
    await writeFile(`${at.server.keyFile}.pub`, `${key.publicKey}\n`);
    const { result, ran } = await runOnce(at, await at.node(key.path));
    expect([output(result), ran]).toEqual(['', 1]);
  });

  test('when its input is longer than what goes ahead', async () => {
    const at = await world();
    const stdin = randomBytes(3_000_000);
    const { result, ran } = await runOnce(at, await at.node(), { command: 'cat', options: { stdin } });
    expect([result.ok && result.value.stdout.equals(stdin), ran]).toEqual([true, 1]);
  });

  test('when its input comes in pieces', async () => {
    const at = await world();
    const stdin = (async function* pieces() {
      yield Buffer.from('one ');
      yield Buffer.from('two');
    })();
    const { result, ran } = await runOnce(at, await at.node(), { command: 'cat', options: { stdin } });
    expect([output(result), ran]).toEqual(['one two', 1]);
  });

  test('when the server shows a banner, and changes keys early', async () => {
    const at = await world(['Banner /etc/hostname', 'RekeyLimit 16K']);
    const stdin = randomBytes(60_000);
    const { result, ran } = await runOnce(at, await at.node(), { command: 'cat', options: { stdin } });
    expect([result.ok && result.value.stdout.equals(stdin), ran]).toEqual([true, 1]);
  });

  test('and those after it have their channels, input and ends', async () => {
    const at = await world();
    at.proxy.release();
    const commands = pool();
    const node = await at.node();
    for (const text of ['first', 'second', 'third'])
      expect(output(await commands.exec(node, 'cat', { stdin: text }))).toBe(text);
    expect(at.proxy.sentInClear).toHaveLength(1);
  });
});

describe.skipIf(noOpensshServer)('the first command does not run', () => {
  test('when the host key is not known; not even a log-in is tried', async () => {
    const at = await world();
    const other = await writeKey(at.server.directory, 'other_host', 'ed25519');
    const { result, ran } = await runOnce(at, await at.node(undefined, other.publicKey));
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'transport/host-key-changed' }] });
    // KEXINIT, KEX_ECDH_INIT, and DISCONNECT perhaps: no NEWKEYS, and so nothing of what can only follow it.
    expect([at.proxy.sentInClear.map((types) => types.filter((type) => type !== 1)), ran]).toEqual([
      [[20, 30]],
      0,
    ]);
  });

  test('when no key is let in', async () => {
    const at = await world();
    const wrong = await writeKey(at.server.directory, 'wrong', 'ed25519');
    const { result, ran } = await runOnce(at, await at.node(wrong.path));
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'transport/login-refused' }] });
    expect(ran).toBe(0);
  });

  test('when the server ends the log-in at the first wrong key', async () => {
    const at = await world(['MaxAuthTries 1']);
    const wrong = await writeKey(at.server.directory, 'wrong', 'ed25519');
    const { result, ran } = await runOnce(at, await at.node(wrong.path));
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'transport/login-refused' }] });
    expect(ran).toBe(0);
  });

  test('when the server allows no sessions', async () => {
    const at = await world(['MaxSessions 0']);
    const { result, ran } = await runOnce(at, await at.node());
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'transport/channel-refused' }] });
    expect(ran).toBe(0);
  });

  test('when it has been interrupted', async () => {
    const at = await world();
    const { result, ran } = await runOnce(at, await at.node(), { options: { signal: AbortSignal.abort() } });
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'transport/not-sent' }] });
    expect(ran).toBe(0);
  });
});

test.skipIf(noOpensshServer)(
  'a command that the server puts in place of the first is told as its own',
  async () => {
    const at = await world(['ForceCommand echo forced']);
    const { result, ran } = await runOnce(at, await at.node());
    expect([output(result), ran]).toEqual(['forced\n', 0]);
  },
);

test.skipIf(noOpensshServer)(
  'a connection that is cut with the first command in the air is not made again',
  async () => {
    const at = await world();
    const running = pool().exec(await at.node(), `echo ran >> ${at.path('ran')}`);
    await vi.waitFor(() => expect(existsSync(at.path('ran'))).toBe(true), 20_000);
    at.server.cut();
    const result = await running;
    expect(result).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'transport/connection-lost', trouble: 'failed', host: 'pve1' }],
    });
    expect(output(result)).toContain('it is not known whether it ran');
    expect(at.proxy.sentInClear).toHaveLength(1);
    expect(await readFile(at.path('ran'), 'utf8')).toBe('ran\n');
  },
);

test.skipIf(noOpensshServer)(
  'commands beyond what the server allows a connection run later, each once',
  async () => {
    const at = await world(['MaxSessions 2']);
    at.proxy.release();
    const [commands, node] = [pool({ forks: 16 }), await at.node()];
    const texts = Array.from({ length: 10 }, (_, number) => `${number}`);
    const results = await Promise.all(
      texts.map((text) => commands.exec(node, `echo ${text} | tee -a ${at.path('ran')}`)),
    );
    expect(results.map(output)).toEqual(texts.map((text) => `${text}\n`));
    expect((await readFile(at.path('ran'), 'utf8')).trim().split('\n').sort()).toEqual(texts);
  },
);

test.skipIf(noOpensshServer)('behind a jump host the first command runs on the node alone', async () => {
  const at = await world();
  const hop = await startOpensshServer(['ed25519'], ['ForceCommand echo jump host']);
  ends.push(() => hop.stop());
  await writeFile(`${hop.keyFile}.pub`, await readFile(`${at.server.keyFile}.pub`));
  const agent = await startSshAgent(at.server.directory, [at.server.keyFile]);
  ends.push(() => agent.stop());
  const direct = await at.node('');
  const known = at.path('known_hosts');
  await writeFile(known, `${await readFile(known, 'utf8')}[127.0.0.1]:${hop.port} ${hop.hostKeys[0]}\n`);
  const sshOptions = [`ProxyJump ${hop.user}@127.0.0.1:${hop.port}`];
  const node = { ...direct, connection: { ...direct.connection, sshOptions } };
  const result = await runHeld(at, node, { command: 'echo node', agentSocket: agent.socket });
  expect(output(result)).toBe('node\n');
});

test.skipIf(noOpensshServer)('a server that takes few log-ins at once is not overrun', async () => {
  const at = await world();
  at.proxy.release();
  const node = await at.node();
  const transport = createSshTransport({ agentSocket: undefined, directory: '/nonexistent' });
  const opened = await Promise.all(
    Array.from({ length: 30 }, () => transport.connect(node, { timeoutSeconds: 20 })),
  );
  for (const connection of opened) if (connection.ok) ends.push(() => connection.value.close());
  expect(opened.every(({ ok }) => ok)).toBe(true);
  expect(at.proxy.mostUnfinished()).toBeLessThan(10);
});

describe('a server that is not known to read ahead', () => {
  test.each([
    ['ssh2', undefined],
    ['an older OpenSSH', 'OpenSSH_7.1'],
    ['OpenSSH for Windows', 'OpenSSH_for_Windows_9.5'],
  ])('is asked step by step: %s', async (_, ident) => {
    const { node, seen } = await stepwiseServer(ident, 'publickey');
    expect((await pool().exec(node, 'true')).ok).toBe(true);
    expect(seen).toEqual(['publickey asked', 'publickey signed', 'session', 'exec true']);
  });

  test('is given its password only when it has asked for one', async () => {
    const { node, seen } = await stepwiseServer('OpenSSH_9.9', 'password');
    const { keyFile: _, ...connection } = node.connection;
    const given = { ...node, connection: { ...connection, password: () => 'secret' } };
    expect((await pool().exec(given, 'true')).ok).toBe(true);
    expect(seen).toEqual(['none', 'password secret', 'session', 'exec true']);
  });
});

/** A server of ssh2 that keeps what it is asked, in order. */
async function stepwiseServer(
  ident: string | undefined,
  method: 'publickey' | 'password',
): Promise<{ readonly node: Node; readonly seen: readonly string[] }> {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-stepwise-'));
  const hostKey = await writeKey(directory, 'host', 'ed25519');
  const userKey = await writeKey(directory, 'user', 'ed25519');
  const seen: string[] = [];
  const server = new ssh2.Server(
    { hostKeys: [await readFile(hostKey.path)], ...(ident !== undefined && { ident }) },
    (connection) => {
      connection.on('error', () => undefined);
      connection.on('authentication', (attempt) => {
        const how = attempt.method === 'publickey' ? (attempt.signature ? ' signed' : ' asked') : '';
        seen.push(`${attempt.method}${how}${attempt.method === 'password' ? ` ${attempt.password}` : ''}`);
        return attempt.method === method ? attempt.accept() : attempt.reject([method]);
      });
      connection.on('session', (accept) => {
        seen.push('session');
        accept().on('exec', (acceptExec, _reject, { command }) => {
          seen.push(`exec ${command}`);
          const channel = acceptExec();
          channel.exit(0);
          channel.end();
        });
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(
    () => rm(directory, { recursive: true }),
    () => new Promise((resolve) => server.close(() => resolve())),
  );
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  const knownHosts = join(directory, 'known_hosts');
  await writeFile(knownHosts, `[127.0.0.1]:${port} ${hostKey.publicKey}\n`);
  const connection = {
    host: '127.0.0.1',
    port,
    user: 'root',
    keyFile: userKey.path,
    knownHosts: [knownHosts],
  };
  return { node: { name: 'pve1', groups: [], variables: {}, connection }, seen };
}
