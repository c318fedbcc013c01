import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ConnectionOptions } from '../../src/inventory/node.ts';
import { probeScript } from '../../src/snapshot/probe.ts';
import { readAnswer } from '../../src/snapshot/read-answer.ts';
import { createSshTransport } from '../../src/transports/ssh.ts';
import { noOpensshServer, type OpensshServer, startOpensshServer } from '../openssh-server.ts';
import { writeKey } from '../ssh-keys.ts';
import { startBlackHole } from './black-hole.ts';
import { hello, knowing, nodeOf, noKeys, only, say } from './try-out.ts';

const openSockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

describe.skipIf(noOpensshServer)('OpenSSH', () => {
  let server: OpensshServer;
  let given: Partial<ConnectionOptions>;
  beforeAll(async () => {
    server = await startOpensshServer(['ed25519'], ['Banner DIR/banner']);
    await writeFile(join(server.directory, 'banner'), 'No trespassing\nreally\n');
    given = { knownHosts: [await knowing(server)], keyFile: server.keyFile };
  });
  afterEach(async () => {
    await vi.waitFor(() => {
      if (server.open() > 0) throw new Error('a connection is left open');
    }, 10_000);
  });
  afterAll(() => server.stop());

  test('shows a banner: it is no output', async () => {
    expect(await say(noKeys, nodeOf(server, given))).toMatchObject(hello);
  });

  test('has a host key that is unknown, changed, or vouched for by an authority alone: nobody is asked', async () => {
    const ask = vi.fn<() => Promise<string>>(async () => 'yes');
    const other = await writeKey(server.directory, 'another', 'ed25519');
    const known = join(server.directory, 'known');
    const name = `[${server.host}]:${server.port}`;
    const refusals = [
      ['', 'transport/host-key-unknown', 'is in no known_hosts file'],
      [`${name} ${other.publicKey}\n`, 'transport/host-key-changed', `(${known}:1)`],
      [`@cert-authority * ${other.publicKey}\n`, 'transport/host-key-unknown', 'pvefleet_transport: openssh'],
    ] as const;
    for (const [text, code, words] of refusals) {
      await writeFile(known, text);
      const found = only(await say({ ...noKeys, ask }, nodeOf(server, { ...given, knownHosts: [known] })));
      expect(found).toMatchObject({ code, message: expect.stringContaining(words) });
    }
    expect(ask).not.toHaveBeenCalled();
  });

  test("is known by other nodes in the system's file: not by the user's", async () => {
    const [user, system] = [join(server.directory, 'user'), join(server.directory, 'system')];
    await writeFile(user, '# nothing\n');
    await writeFile(system, `*,!127.0.0.2 ${server.hostKeys[0]}\n`);
    expect(await say(noKeys, nodeOf(server, { ...given, knownHosts: [user, system] }))).toMatchObject(hello);
  });

  test('falls silent amid output: that is noticed', async () => {
    const wire = await startWire(server.port);
    const silent = nodeOf(server, {
      ...given,
      port: wire.port,
      knownHosts: [await knowing({ ...server, port: wire.port })],
      sshOptions: ['ServerAliveInterval 1', 'ServerAliveCountMax 1'],
    });
    const connected = await createSshTransport(noKeys).connect(silent, { timeoutSeconds: 20 });
    if (!connected.ok) throw new Error('not connected');
    const result = await connected.value.exec('echo begin; sleep 60', { onOutput: () => wire.freeze() });
    expect(only(result)).toMatchObject({
      code: 'transport/connection-lost',
      trouble: 'failed',
      message: expect.stringContaining('the node fell silent'),
    });
    await connected.value.close();
    await wire.stop();
  });

  test("has a full disk: that is the command's own failure", async () => {
    const connected = await createSshTransport(noKeys).connect(nodeOf(server, given), { timeoutSeconds: 20 });
    if (!connected.ok) throw new Error('not connected');
    const finished = await connected.value.exec('LC_ALL=C cat > /dev/full', { stdin: 'text\n' });
    expect(finished.ok && [finished.value.exit, finished.value.stderr.toString()]).toEqual([
      1,
      expect.stringContaining('No space left on device'),
    ]);
    await connected.value.close();
  });

  test('refuses a user with odd characters: it is shown as it is, and quoted in the command', async () => {
    const found = only(await say(noKeys, nodeOf(server, { ...given, user: "o'neill; $(id)" })));
    expect(found).toMatchObject({
      code: 'transport/login-refused',
      message: expect.stringContaining("for o'neill; $(id): tried"),
      hint: expect.stringContaining(String.raw`'o'\''neill; $(id)@127.0.0.1'`),
    });
  });

  test.each([
    ['a dash', '-oProxyCommand=id', 'transport/host-name', 'its address is "-oProxyCommand=id"; a host name'],
    ['nothing', '', 'transport/host-name', 'its address is ""'],
    ['a blank', 'a b', 'transport/host-name', 'its address is "a b"'],
  ])('is not connected to under a name that begins with %s', async (_, host, code, message) => {
    const before = server.accepted();
    for (const sshOptions of [[], [`ProxyCommand ${server.command}`], [`ProxyJump 127.0.0.1:${server.port}`]])
      expect(only(await say(noKeys, nodeOf(server, { ...given, host, sshOptions })))).toMatchObject({
        code,
        message: expect.stringContaining(message),
      });
    expect(server.accepted()).toBe(before);
  });

  test('nor as a user that begins with a dash, nor over such a jump host', async () => {
    expect(only(await say(noKeys, nodeOf(server, { ...given, user: '-l' })))).toMatchObject({
      code: 'transport/user-name',
    });
    const sshOptions = ['ProxyJump -oProxyCommand=id'];
    expect(only(await say(noKeys, nodeOf(server, { ...given, sshOptions })))).toMatchObject({
      code: 'transport/ssh-config',
      message: expect.stringContaining('ProxyJump is -oProxyCommand=id; [user@]host[:port] is wanted'),
    });
  });
});

describe.skipIf(noOpensshServer)('a log-in shell that prints', () => {
  test("does so before a command's output; the probe's answer is read all the same", async () => {
    const noisy = await startOpensshServer(
      ['ed25519'],
      [`ForceCommand echo Welcome; printf 'no line feed'; eval "$SSH_ORIGINAL_COMMAND"`],
    );
    const node = nodeOf(noisy, { knownHosts: [await knowing(noisy)], keyFile: noisy.keyFile });
    expect(await say(noKeys, node)).toMatchObject({ ok: true, value: 'Welcome\nno line feedhello\n' });
    const answer = await say(noKeys, node, probeScript({ mode: 'survey' }, '0123'));
    expect(answer.ok && answer.value.startsWith('Welcome\n')).toBe(true);
    expect(answer.ok && readAnswer('pve1', Buffer.from(answer.value), '0123')).toMatchObject({ ok: true });
    await noisy.stop();
  });
});

describe('an address that', () => {
  test('swallows all is given up after the time-out, and no socket stays', async () => {
    const hole = await startBlackHole();
    const before = openSockets();
    const node = nodeOf({ ...nobody, port: hole.port }, { keyFile: await someKey() });
    const found = only(await say(noKeys, node, 'true', 0.5));
    expect(found).toMatchObject({
      code: 'transport/timeout',
      trouble: 'unreachable',
      message: expect.stringMatching(/no answer within 0\.5 s$/u),
      hint: expect.stringContaining('firewall'),
    });
    await vi.waitFor(() => expect(openSockets()).toBe(before), 10_000);
    hole.stop();
  });

  test.each([
    ['sends garbage without end', (socket: Socket) => flood(socket, 'x'.repeat(10_000))],
    ['sends lines without end', (socket: Socket) => flood(socket, 'hello\r\n'.repeat(1000))],
    ['sends bytes', (socket: Socket) => flood(socket, '\0\u00ff\u0001'.repeat(1000))],
  ])('%s is no SSH server, and no socket stays', async (_, onConnect) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => sockets.delete(socket));
      onConnect(socket);
    });
    const node = nodeOf({ ...nobody, port: await listen(server) }, { keyFile: await someKey() });
    const found = only(await say(noKeys, node, 'true', 5));
    expect(found).toMatchObject({
      code: 'transport/not-ssh',
      trouble: 'unreachable',
      message: expect.stringMatching(/: it says ".*" and does not stop; an SSH server is wanted there$/u),
    });
    await vi.waitFor(() => expect(sockets.size).toBe(0), 10_000);
    await new Promise((resolve) => server.close(resolve));
  });
});

const nobody = {
  host: '127.0.0.1',
  port: 0,
  user: 'root',
  keyFile: '',
  hostKeys: [],
  directory: '',
  cut: () => undefined,
  stop: () => Promise.resolve(),
};

let directory: string | undefined;
async function someKey(): Promise<string> {
  directory ??= await mkdtemp(join(tmpdir(), 'pvefleet-bad-'));
  return (await writeKey(directory, 'key', 'ed25519')).path;
}
afterAll(async () => {
  if (directory !== undefined) await rm(directory, { recursive: true });
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return address === null || typeof address === 'string' ? 0 : address.port;
}

/** Writes the same for as long as the other side listens. */
function flood(socket: Socket, text: string): void {
  const more = () => {
    while (!socket.destroyed && socket.write(text, 'latin1'));
  };
  socket.on('drain', more);
  more();
}

/** A wire to a server, which can be cut without either side hearing of it. */
async function startWire(port: number): Promise<{ port: number; freeze(): void; stop(): Promise<void> }> {
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) socket.on('error', () => undefined);
    sockets.push(near, far);
    near.pipe(far).pipe(near);
  });
  return {
    port: await listen(server),
    freeze: () => sockets.forEach((socket) => socket.unpipe().pause()),
    stop: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
