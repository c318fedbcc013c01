import { createServer } from 'node:net';
import { readFile } from 'node:fs/promises';
import ssh2, { type AuthContext } from 'ssh2';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createSshTransport } from '../../src/transports/ssh.ts';
import type { Surroundings } from '../../src/transports/surroundings.ts';
import { startSsh2Server } from '../conformance/ssh2-server.ts';
import type { TestServer } from '../openssh-server.ts';
import { knowing, nodeOf, noKeys, only } from './try-out.ts';

const right = 'correct horse';
let keys: TestServer;
beforeAll(async () => {
  keys = await startSsh2Server();
});
afterAll(() => keys.stop());

/** Decides on an attempt to log in. */
type Judge = (attempt: AuthContext) => void;

interface PasswordServer extends TestServer {
  /** Methods that were tried. */
  readonly tried: readonly string[];
  readonly open: () => number;
}

/** A server with the host key of `keys` that lets in whom `judge` accepts. */
async function serve(judge: Judge): Promise<PasswordServer> {
  const tried: string[] = [];
  const ssh = new ssh2.Server(
    { hostKeys: [await readFile(`${keys.directory}/host_ed25519`)], banner: 'Authorized use only.\n' },
    (connection) => {
      connection.on('error', () => undefined);
      connection.on('authentication', (attempt) => {
        tried.push(attempt.method);
        judge(attempt);
      });
    },
  );
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    ssh.injectSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  const stop = async () => new Promise<void>((resolve) => void server.close(() => resolve()));
  return { ...keys, port, user: 'fleet', tried, open: () => sockets.size, stop };
}

/** Takes the right password alone. */
const byPassword: Judge = (attempt) => {
  if (attempt.method === 'password' && attempt.password === right) attempt.accept();
  else attempt.reject(['password']);
};

/** Asks as PAM does. */
const byQuestion: Judge = (attempt) => {
  if (attempt.method !== 'keyboard-interactive') return attempt.reject(['keyboard-interactive']);
  attempt.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) =>
    answer === right ? attempt.accept() : attempt.reject(['keyboard-interactive']),
  );
};

async function enter(
  server: PasswordServer,
  given: { readonly surroundings?: Surroundings; readonly password?: string; readonly nodes?: number } = {},
) {
  const transport = createSshTransport(given.surroundings ?? noKeys);
  const knownHosts = [await knowing(server)];
  const { password } = given;
  const connected = await Promise.all(
    Array.from({ length: given.nodes ?? 1 }, (_, index) =>
      transport.connect(
        nodeOf(
          server,
          { knownHosts, ...(password !== undefined && { password: () => password }) },
          `pve${index + 1}`,
        ),
        { timeoutSeconds: 20 },
      ),
    ),
  );
  await Promise.all(connected.map(async (each) => each.ok && each.value.close()));
  return connected;
}

function asking(answer: string | undefined): { questions: string[]; surroundings: Surroundings } {
  const questions: string[] = [];
  const ask = async (question: string) => {
    questions.push(question);
    return answer;
  };
  return { questions, surroundings: { ...noKeys, ask } };
}

describe.each([
  ['password', byPassword],
  ['keyboard-interactive', byQuestion],
] as const)('by %s', (method, judge) => {
  test('the inventory has it', async () => {
    const server = await serve(judge);
    expect((await enter(server, { password: right })).map(({ ok }) => ok)).toEqual([true]);
    expect(server.tried).toEqual(['none', method]);
    await server.stop();
  });

  test('the user is asked once for all nodes', async () => {
    const server = await serve(judge);
    const { questions, surroundings } = asking(right);
    expect((await enter(server, { surroundings, nodes: 3 })).map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(questions).toHaveLength(1);
    expect(questions[0]).toMatch(
      /^Password of fleet \(asked for by pve[123]; for all nodes that take no key\): $/u,
    );
    await server.stop();
  });

  test('a wrong one is told, and shown nowhere', async () => {
    const server = await serve(judge);
    const [connected] = await enter(server, { password: 'battery staple' });
    const found = only(connected ?? { ok: false, diagnostics: [] });
    expect(found).toMatchObject({
      code: 'transport/login-refused',
      trouble: 'unreachable',
      host: 'pve1',
      message: expect.stringContaining(
        `the server refuses the password for fleet: tried the password; it takes only ${method}, and the right password is wanted`,
      ),
    });
    expect(JSON.stringify(found)).not.toContain('battery');
    expect(server.tried).toEqual(['none', method]);
    await vi.waitFor(() => expect(server.open()).toBe(0), 10_000);
    await server.stop();
  });

  test('none, and nobody to ask, is told', async () => {
    const server = await serve(judge);
    const keyFile = keys.keyFile;
    const transport = createSshTransport(noKeys);
    const to = nodeOf(server, { knownHosts: [await knowing(server)], keyFile });
    expect(only(await transport.connect(to, { timeoutSeconds: 20 }))).toMatchObject({
      code: 'transport/login-refused',
      message: expect.stringContaining(`it takes only ${method}, and a password is wanted`),
      hint: expect.stringContaining('ansible_password'),
    });
    const [connected] = await enter(server, { surroundings: asking(undefined).surroundings });
    expect(connected).toMatchObject({ diagnostics: [{ code: 'transport/login-refused' }] });
    await vi.waitFor(() => expect(server.open()).toBe(0), 10_000);
    await server.stop();
  });
});

test('the time-out rests while the password is asked for', async () => {
  const server = await serve(byPassword);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const ask = async () => {
    vi.advanceTimersByTime(3_600_000);
    return right;
  };
  const connected = await enter(server, { surroundings: { ...noKeys, ask } });
  vi.useRealTimers();
  expect(connected.map(({ ok }) => ok)).toEqual([true]);
  await server.stop();
});

test.each(['PasswordAuthentication no', 'PreferredAuthentications publickey,keyboard-interactive'])(
  'no password is asked for, nor sent, where the configuration has "%s"',
  async (line) => {
    const server = await serve(byPassword);
    const { questions, surroundings } = asking(right);
    const connection = { knownHosts: [await knowing(server)], keyFile: keys.keyFile, sshOptions: [line] };
    const connected = await createSshTransport(surroundings).connect(nodeOf(server, connection), {
      timeoutSeconds: 20,
    });
    expect(only(connected).code).toBe('transport/login-refused');
    expect([questions, server.tried]).toEqual([[], ['publickey']]);
    await server.stop();
  },
);

test('a key and then a password, where the server wants both', async () => {
  let keyAccepted = false;
  const server = await serve((attempt) => {
    if (attempt.method === 'publickey' && attempt.signature !== undefined) {
      keyAccepted = true;
      return attempt.reject(['password'], true);
    }
    if (attempt.method === 'publickey') return attempt.accept();
    if (keyAccepted) return byPassword(attempt);
    return attempt.reject(['publickey']);
  });
  const transport = createSshTransport(noKeys);
  const connection = { knownHosts: [await knowing(server)], keyFile: keys.keyFile, password: () => right };
  const connected = await transport.connect(nodeOf(server, connection), { timeoutSeconds: 20 });
  expect(connected.ok).toBe(true);
  expect(server.tried).toEqual(['publickey', 'publickey', 'password']);
  if (connected.ok) await connected.value.close();
  await server.stop();
});

test("a server that takes only what pvefleet's own ssh cannot do is left to the system's ssh", async () => {
  const server = await serve((attempt) => attempt.reject(['hostbased']));
  const [connected] = await enter(server, { password: right });
  expect(only(connected ?? { ok: false, diagnostics: [] })).toMatchObject({
    code: 'transport/login-refused',
    message: expect.stringContaining("it takes only hostbased, which pvefleet's own ssh cannot do"),
    hint: expect.stringContaining('pvefleet_transport: openssh'),
  });
  await server.stop();
});
