import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Diagnostic, Result } from '../../src/diagnostic.ts';
import type { ConnectionOptions, Node } from '../../src/inventory/node.ts';
import type { Connection, Finished, Transport } from '../../src/transports/transport.ts';
import type { TestServer } from '../openssh-server.ts';
import { hashedName, type KeyType, writeKey } from '../ssh-keys.ts';

/** What every SSH transport must do, whatever server it meets. `make` gives a transport that has read nothing yet, and has no keys of its own. */
export function sshTransportConforms(
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
  afterAll(() => server.stop());

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

  async function open(): Promise<Connection> {
    return value(await connect(await node([`${name()} ${hostKey('ssh-ed25519')}\n`])));
  }

  describe('a command', () => {
    test.each([0, 1, 3, 255])('ends with exit code %i', async (code) => {
      expect(value(await (await open()).exec(`exit ${code}`))).toEqual({
        exit: code,
        stdout: Buffer.alloc(0),
        stderr: Buffer.alloc(0),
      });
    });

    test('killed by a signal has no exit code', async () => {
      expect(value(await (await open()).exec('kill -KILL $$'))).toMatchObject({
        exit: null,
        signal: 'SIGKILL',
      });
    });

    test('has its output and errors apart, also as they come', async () => {
      const seen = { stdout: '', stderr: '' };
      const finished = value(
        await (
          await open()
        ).exec('echo out; echo err >&2; echo grüße', {
          onOutput: (stream, chunk) => (seen[stream] += chunk.toString()),
        }),
      );
      expect([finished.stdout.toString(), finished.stderr.toString()]).toEqual(['out\ngrüße\n', 'err\n']);
      expect(seen).toEqual({ stdout: 'out\ngrüße\n', stderr: 'err\n' });
    });

    test('gets its standard input, of any bytes and longer than a window, then the end of it', async () => {
      const input = randomBytes(5_000_000);
      const finished = value(await (await open()).exec('cat', { stdin: input }));
      expect(finished.stdout.equals(input)).toBe(true);
    });

    test('has an empty standard input when none is given', async () => {
      expect(value(await (await open()).exec('cat; echo end')).stdout.toString()).toBe('end\n');
    });

    test('may leave its input unread', async () => {
      expect(value(await (await open()).exec('exit 4', { stdin: Buffer.alloc(5_000_000) })).exit).toBe(4);
    });

    test('runs beside others on one connection', async () => {
      const connection = await open();
      const finished = await Promise.all(
        [1, 2, 3, 4, 5, 6, 7, 8].map((number) =>
          connection.exec(`cat; echo ${number}`, { stdin: `in ${number}\n` }),
        ),
      );
      expect(finished.map((result) => value(result).stdout.toString())).toEqual(
        [1, 2, 3, 4, 5, 6, 7, 8].map((number) => `in ${number}\n${number}\n`),
      );
    });

    test('that is too long is a diagnostic; the connection serves on', async () => {
      const connection = await open();
      const result = await connection.exec('while :; do echo .; sleep 0.02; done', { timeoutSeconds: 0.2 });
      expect(error(result)).toMatchObject({ code: 'transport/timeout', trouble: 'failed', host: 'pve1' });
      expect(value(await connection.exec('echo on')).stdout.toString()).toBe('on\n');
    });

    test('is given up and stopped when the signal fires', async () => {
      const connection = await open();
      const abort = new AbortController();
      let pid = 0;
      const result = await connection.exec('echo $$; while :; do echo .; sleep 0.02; done', {
        signal: abort.signal,
        onOutput: (_, chunk) => {
          pid ||= Number.parseInt(chunk.toString(), 10);
          abort.abort();
        },
      });
      expect(error(result)).toMatchObject({ code: 'transport/aborted', trouble: 'failed', host: 'pve1' });
      expect(pid).toBeGreaterThan(0);
      await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 10_000);
    });

    test('is not sent when the signal has fired', async () => {
      const result = await (await open()).exec('true', { signal: AbortSignal.abort() });
      expect(error(result)).toMatchObject({ code: 'transport/aborted', host: 'pve1' });
    });

    test('whose connection is cut is a diagnostic; the next was not sent', async () => {
      const connection = await open();
      const result = await connection.exec('while :; do echo .; sleep 0.02; done', {
        onOutput: () => server.cut(),
      });
      expect(error(result)).toMatchObject({
        code: 'transport/connection-lost',
        trouble: 'failed',
        host: 'pve1',
      });
      expect(error(await connection.exec('true'))).toMatchObject({ code: 'transport/not-connected' });
    });

    test('after close was not sent', async () => {
      const connection = await open();
      await connection.close();
      expect(error(await connection.exec('true'))).toMatchObject({ code: 'transport/not-connected' });
    });
  });

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
      expect(found.message).toMatch(/ssh-ed25519 \(.*:1\)/u);
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

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.diagnostics.map((diagnostic) => diagnostic.message).join('\n'));
  return result.value;
}

/** The one diagnostic of a failure. */
function error(result: Result<Connection | Finished>): Diagnostic {
  const [first, ...more] = result.ok ? [] : result.diagnostics;
  if (first === undefined || more.length > 0) throw new Error('exactly one diagnostic expected');
  return first;
}
