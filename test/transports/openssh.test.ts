import { execFileSync, spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ssh2, { type AuthContext } from 'ssh2';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Diagnostic } from '../../src/diagnostic.ts';
import type { ConnectionOptions, Node } from '../../src/inventory/node.ts';
import { createOpensshTransport } from '../../src/transports/openssh.ts';
import type { Connection } from '../../src/transports/transport.ts';
import { error, value } from '../conformance/outcome.ts';
import { noOpensshServer, startOpensshServer, type TestServer } from '../openssh-server.ts';
import { writeKey } from '../ssh-keys.ts';

/** What the system's ssh does beyond what every transport does; see openssh.conformance.test.ts. Where there is a server of OpenSSH, there is its client. */

let runtime: string;
let configFile: string;
beforeAll(async () => {
  runtime = await mkdtemp(join(tmpdir(), 'pvefleet-runtime-'));
  vi.stubEnv('XDG_RUNTIME_DIR', runtime);
  vi.stubEnv('SSH_AUTH_SOCK', undefined);
  configFile = join(runtime, 'config');
  await writeFile(configFile, '');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  if ((await directories()).length > 0) throw new Error('a private directory was left');
  await rm(runtime, { recursive: true });
});

/** The private directories that are there; none when all is closed. */
async function directories(): Promise<readonly string[]> {
  return (await readdir(runtime)).filter((name) => name.startsWith('pvefleet-'));
}

function node(connection: Partial<ConnectionOptions>): Node {
  return {
    name: 'pve1',
    groups: ['all'],
    variables: {},
    connection: { host: '127.0.0.1', port: 22, user: 'root', knownHosts: [], ...connection },
  };
}

async function connect(to: Node, config = '', command = 'ssh') {
  await writeFile(configFile, config);
  return createOpensshTransport({ command, configFile }).connect(to, { timeoutSeconds: 20 });
}

async function refusal(to: Node, config?: string, command?: string): Promise<Diagnostic> {
  return error(await connect(to, config, command));
}

describe.skipIf(noOpensshServer)('with an OpenSSH server', () => {
  let server: TestServer;
  let knownHosts: string;
  beforeAll(async () => {
    server = await startOpensshServer();
    knownHosts = join(server.directory, 'known_hosts');
    await writeFile(knownHosts, `[127.0.0.1]:${server.port} ${server.hostKeys[0]}\n`);
  });
  afterAll(() => server.stop());

  const assumed = ['port', 'user', 'knownHosts'] as const;

  test('the configuration says what the inventory does not', async () => {
    const config = [
      'Host pve-by-name',
      '  HostName 127.0.0.1',
      `  Port ${server.port}`,
      `  User ${server.user}`,
      `  IdentityFile ${server.keyFile}`,
      `  UserKnownHostsFile ${knownHosts}`,
      '  RemoteCommand false',
      '  RequestTTY force',
      '  LogLevel QUIET',
    ].join('\n');
    const connected = value(await connect(node({ host: 'pve-by-name', user: 'nobody', assumed }), config));
    expect(value(await connected.exec('echo "$1"; tty', { stdin: '' })).stdout.toString()).toBe(
      '\nnot a tty\n',
    );
    await connected.close();
  });

  test('the inventory is stronger than the configuration, and its options come before that', async () => {
    const { port, user, keyFile } = server;
    const config = `Port 1\nUser nobody\nUserKnownHostsFile /nonexistent\nHostKeyAlias other\nStrictHostKeyChecking no\n`;
    const to = node({
      port,
      user,
      keyFile,
      knownHosts: [knownHosts],
      sshOptions: [`HostKeyAlias [127.0.0.1]:${port}`, 'StrictHostKeyChecking no'],
    });
    const connected = value(await connect(to, config));
    await connected.close();
    expect(await refusal({ ...to, connection: { ...to.connection, sshOptions: [] } }, config)).toMatchObject({
      code: 'transport/host-key-unknown',
    });
  });

  test('nothing stays behind when this program is killed', async () => {
    const { host, port, user, keyFile } = server;
    const to = node({ host, port, user, keyFile, knownHosts: [knownHosts] });
    const module = fileURLToPath(new URL('../../dist/transports/openssh.js', import.meta.url));
    const script = `
      const { createOpensshTransport } = await import(${JSON.stringify(module)});
      const to = ${JSON.stringify(to)};
      const connected = await createOpensshTransport({ command: 'ssh', configFile: '/dev/null' }).connect(to, { timeoutSeconds: 20 });
      void connected.value.exec('echo here; cat', { stdin: (async function* () { await new Promise(() => setTimeout(() => {}, 1e6)); })(), onOutput: (_, chunk) => process.stdout.write(chunk) });
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(await directories()).toHaveLength(1);
    const masters = () => processesWith(join(runtime, 'pvefleet-'));
    expect(masters()).not.toEqual([]);
    child.kill('SIGKILL');
    await vi.waitFor(async () => expect(await directories()).toEqual([]), 10_000);
    await vi.waitFor(() => expect(masters()).toEqual([]), 10_000);
    await vi.waitFor(() => expect(server.connections()).toBe(0), 10_000);
  });

  test('a command that starts with a dash gives ssh no options', async () => {
    const { host, port, user, keyFile } = server;
    const connected = value(await connect(node({ host, port, user, keyFile, knownHosts: [knownHosts] })));
    expect(value(await connected.exec('-V')).exit).not.toBe(0);
    expect(value(await connected.exec('')).stdout.toString()).toBe('');
    await connected.close();
  });

  test('sessions that the server refuses are diagnostics', async () => {
    const { host, port, user, keyFile } = server;
    const connected = value(await connect(node({ host, port, user, keyFile, knownHosts: [knownHosts] })));
    const abort = new AbortController();
    const busy = Array.from({ length: 10 }, () => {
      let started: () => void = () => undefined;
      const start = new Promise<void>((resolve) => (started = resolve));
      const end = connected.exec('echo; cat', {
        stdin: waiting(),
        signal: abort.signal,
        onOutput: () => started(),
      });
      return { start, end };
    });
    await Promise.all(busy.map(({ start }) => start));
    expect(error(await connected.exec('true'))).toMatchObject({ code: 'transport/channel-refused' });
    abort.abort();
    await Promise.all(busy.map(({ end }) => end));
    await connected.close();
  });
});

describe.skipIf(noOpensshServer)('a password', () => {
  const secret = 'cor rect"horse $x';
  let directory: string;
  let hostKey: string;
  let port = 0;
  let attempts: string[] = [];
  let seen = '';
  let server: ssh2.Server;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pvefleet-password-'));
    const key = await writeKey(directory, 'host', 'ed25519');
    hostKey = key.publicKey;
    server = new ssh2.Server({ hostKeys: [await readFile(key.path)] }, (connection) => {
      connection.on('error', () => undefined);
      connection.on('authentication', (attempt: AuthContext) => {
        if (attempt.method !== 'password') return attempt.reject(['publickey', 'password']);
        attempts.push(attempt.password);
        seen = execFileSync('ps', ['axewww'], { encoding: 'utf8' });
        return attempt.password === secret ? attempt.accept() : attempt.reject(['password']);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as { port: number }).port;
    await writeFile(join(directory, 'known_hosts'), `[127.0.0.1]:${port} ${hostKey}\n`);
  });
  afterEach(() => {
    attempts = [];
  });
  afterAll(async () => {
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await rm(directory, { recursive: true });
  });

  const to = (password: string, more: Partial<ConnectionOptions> = {}): Node =>
    node({ port, knownHosts: [join(directory, 'known_hosts')], password: () => password, ...more });

  test('logs in, and is shown to nobody', async () => {
    const connected: Connection = value(await connect(to(secret)));
    expect(attempts).toEqual([secret]);
    expect(seen).toContain('SSH_ASKPASS_REQUIRE=force');
    expect(seen).not.toContain('horse');
    await connected.close();
  });

  test('is no passphrase', async () => {
    const { path } = await writeKey(directory, 'locked', 'ed25519', 'other');
    const connected = value(await connect(to(secret, { keyFile: path })));
    expect(attempts).toEqual([secret]);
    await connected.close();
  });

  test('that is wrong is sent once, and told', async () => {
    const found = await refusal(to('wrong'));
    expect(found).toMatchObject({
      code: 'transport/login-refused',
      message: expect.stringMatching(/the server refuses .*the password/u),
    });
    expect(attempts).toEqual(['wrong']);
  });
});

describe.skipIf(noOpensshServer)('ssh that cannot', () => {
  test('is not installed', async () => {
    expect(await refusal(node({}), '', '/nonexistent/ssh')).toMatchObject({
      code: 'transport/no-ssh',
      trouble: 'unreachable',
      hint: expect.stringContaining('apt-get install openssh-client'),
    });
  });

  test('is too old', async () => {
    const old = join(runtime, 'old-ssh');
    await writeFile(old, '#!/bin/sh\necho "OpenSSH_8.2p1 Ubuntu, OpenSSL 1.1.1f" >&2\n');
    await chmod(old, 0o700);
    expect((await refusal(node({}), '', old)).message).toContain('is OpenSSH 8.2; 8.4 or later is wanted');
  });

  test('read its configuration is quoted', async () => {
    expect(await refusal(node({}), 'Port 22\nPorf 23\n')).toMatchObject({
      code: 'transport/ssh-config',
      message: expect.stringContaining(`${configFile}: line 2: Bad configuration option: porf`),
    });
  });

  test('get past its jump host is quoted', async () => {
    const found = await refusal(node({ sshOptions: ['ProxyJump 127.0.0.1:1'] }));
    expect(found).toMatchObject({ code: 'transport/jump-refused', trouble: 'unreachable' });
    expect(found.message).toContain('connect to host 127.0.0.1 port 1: Connection refused');
  });

  test('find the name', async () => {
    expect(await refusal(node({ host: 'no.such.invalid' }))).toMatchObject({
      code: 'transport/name-not-found',
    });
  });
});

/** Input that never comes. */
async function* waiting(): AsyncIterable<Uint8Array> {
  await new Promise(() => undefined);
  yield Buffer.alloc(0);
}

/** Command lines of this machine that hold a text. */
function processesWith(text: string): readonly string[] {
  return execFileSync('ps', ['axwww', '-o', 'args'])
    .toString()
    .split('\n')
    .filter((line) => line.includes(text));
}
