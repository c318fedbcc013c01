import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sudoersPage } from '../../src/cli/sudoers-page.ts';
import type { Diagnostic, Result } from '../../src/diagnostic.ts';
import type { Become, Node } from '../../src/inventory/node.ts';
import { becoming } from '../../src/transports/become.ts';
import { createSshTransport } from '../../src/transports/ssh.ts';
import type { Connection, Finished } from '../../src/transports/transport.ts';
import { noSudoServer, passwords, startSudoServer, type SudoServer } from '../sudo-server.ts';

/** A real sshd, sudo and su; the user who logs in is ops. */
describe.skipIf(noSudoServer)('on a real node', () => {
  let server: SudoServer;
  const connections: Connection[] = [];
  beforeAll(async () => {
    server = await startSudoServer('');
  });
  afterAll(async () => {
    await Promise.all(connections.map((connection) => connection.close()));
    await server.stop();
  });

  async function node(become: Become): Promise<Node> {
    const { host, port, user, keyFile } = server;
    const knownHosts = join(server.directory, 'known_hosts');
    await writeFile(knownHosts, `[${host}]:${port} ${server.hostKeys[0]}\n`);
    return {
      name: 'pve1',
      groups: ['all'],
      variables: {},
      connection: { host, port, user, keyFile, knownHosts: [knownHosts], become },
    };
  }

  async function open(become: Become): Promise<Connection> {
    const transport = becoming(createSshTransport({ agentSocket: undefined, directory: '/nonexistent' }));
    const connected = await transport.connect(await node(become), { timeoutSeconds: 20 });
    if (!connected.ok) throw new Error(connected.diagnostics.map(({ message }) => message).join('\n'));
    connections.push(connected.value);
    return connected.value;
  }

  const free = sudoersPage('ops');
  const asking = 'ops ALL=(root) /bin/sh';
  const ofOps = (): string => passwords.ops;
  const ofRoot = (): string => passwords.root;

  test('one connection takes commands as several users, each as its options want it', async () => {
    await server.allow('ops ALL=(root, nobody) NOPASSWD: /bin/sh');
    const connection = await open({ method: 'sudo', user: 'root' });
    const as = async (become?: Become | null): Promise<string> => {
      const options = become === undefined ? {} : { become };
      const { stdout } = value(await connection.exec('id -un; cat', { ...options, stdin: 'in' }));
      return stdout.toString();
    };
    const nobody: Become = { method: 'sudo', user: 'nobody' };
    expect(await Promise.all([as(), as(nobody), as(null), as({ method: 'sudo', user: 'root' })])).toEqual(
      ['root', 'nobody', 'ops', 'root'].map((user) => `${user}\nin`),
    );
    // What is refused as one user is no word about the others.
    const su: Become = { method: 'su', user: 'nobody', password: () => 'wrong' };
    expect(error(await connection.exec('true', { become: su })).code).toContain('password-wrong');
    expect(error(await connection.exec('true', { become: su })).code).toContain('password-wrong');
    expect(await as(nobody)).toBe('nobody\nin');
  });

  describe.each<[string, string, Become, string]>([
    ['sudo by the file of "pvefleet docs sudoers"', free, { method: 'sudo', user: 'root' }, 'SIGKILL'],
    [
      'sudo that asks nothing, though a password is given',
      free,
      { method: 'sudo', user: 'root', password: ofOps },
      'SIGKILL',
    ],
    [
      'sudo that asks for a password, after a lecture',
      asking,
      { method: 'sudo', user: 'root', password: ofOps },
      'SIGKILL',
    ],
    // su of util-linux turns a signal into an exit code.
    ['su', '', { method: 'su', user: 'root', password: ofRoot }, '137'],
  ])('by %s, a command', (_, sudoers, become, killed) => {
    let connection: Connection;
    beforeAll(async () => {
      await server.allow(sudoers);
      connection = await open(become);
    });
    const exec = async (...given: Parameters<Connection['exec']>): Promise<Finished> =>
      value(await connection.exec(...given));

    test('runs as root, with its PATH, home and no locale but its own; stderr has its own lines only', async () => {
      const { stdout, stderr, exit } = await exec(
        'id -un; pwd; echo "$HOME ${LC_ALL-none}"; command -v sshd; echo err >&2; exit 7',
      );
      expect(stdout.toString()).toBe('root\n/root\n/root none\n/usr/sbin/sshd\n');
      expect([stderr.toString(), exit]).toEqual(['err\n', 7]);
    });

    test('gets its whole input and nothing else', async () => {
      const input = randomBytes(1_000_000);
      expect((await exec('cat', { stdin: input })).stdout.equals(input)).toBe(true);
      expect((await exec('cat; echo end')).stdout.toString()).toBe('end\n');
      async function* pieces() {
        yield Buffer.from('one ');
        yield Buffer.from('two');
      }
      expect((await exec('cat', { stdin: pieces() })).stdout.toString()).toBe('one two');
      expect((await exec('exit 3', { stdin: input })).exit).toBe(3);
    });

    test('hands its output on as it comes', async () => {
      const seen: string[] = [];
      await exec('echo err >&2; echo grüße', {
        onOutput: (stream, chunk) => seen.push(`${stream} ${chunk.toString()}`),
      });
      const sunk: string[] = [];
      await exec('echo err >&2; echo grüße', {
        sink: (stream, chunk) => {
          sunk.push(`${stream} ${chunk.toString()}`);
          return undefined;
        },
      });
      for (const got of [seen, sunk]) expect(got.toSorted()).toEqual(['stderr err\n', 'stdout grüße\n']);
    });

    test('that is killed says so', async () => {
      const { exit, signal } = await exec('kill -KILL $$');
      expect(String(signal ?? exit)).toBe(killed);
    });

    test('that is too long, or interrupted, is cut off; its password is on no command line', async () => {
      const late = await connection.exec('while :; do echo .; sleep 0.02; done', { timeoutSeconds: 1 });
      expect(error(late)).toMatchObject({ code: 'transport/timeout', trouble: 'failed' });
      const abort = new AbortController();
      let pid = 0;
      let processes = '';
      const stopped = await connection.exec(
        'echo $$; cat /proc/[0-9]*/cmdline | tr "\\0" " "; echo; while :; do echo .; sleep 0.02; done',
        {
          signal: abort.signal,
          onOutput: (_stream, chunk) => {
            processes += chunk.toString();
            pid ||= Number.parseInt(processes, 10);
            if (processes.endsWith('\n.\n')) abort.abort();
          },
        },
      );
      expect(error(stopped)).toMatchObject({ code: 'transport/aborted' });
      expect(processes).toContain(become.method);
      expect(processes).not.toContain(become.password?.() ?? 'no password');
      await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 20_000);
    });
  });

  test('as another user than root', async () => {
    await server.allow('ops ALL=(nobody) NOPASSWD: /bin/sh');
    const connection = await open({ method: 'sudo', user: 'nobody' });
    expect(value(await connection.exec('id -un')).stdout.toString()).toBe('nobody\n');
  });

  test('as who logged in already, nothing is asked of sudo', async () => {
    await server.allow('');
    const connection = await open({ method: 'sudo', user: 'ops' });
    expect(value(await connection.exec('id -un; cat', { stdin: 'in' })).stdout.toString()).toBe('ops\nin');
  });

  test.each<[string, string, Become, string]>([
    [
      'a wrong password',
      asking,
      { method: 'sudo', user: 'root', password: () => 'Falsch' },
      'sudo refused the password; that of the user who logs in is wanted',
    ],
    [
      'a wrong password for su',
      '',
      { method: 'su', user: 'root', password: ofOps },
      'su refused the password; that of root is wanted',
    ],
    [
      'no password',
      asking,
      { method: 'sudo', user: 'root' },
      'sudo asks for a password, and none is given; one is wanted',
    ],
    [
      'no password for su',
      '',
      { method: 'su', user: 'root' },
      'su asks for a password, and none is given; one is wanted',
    ],
    [
      'no rule',
      '',
      { method: 'sudo', user: 'root', password: ofOps },
      'sudo does not allow it; a rule in sudoers for /bin/sh as root is wanted',
    ],
    [
      'a rule for another command',
      'ops ALL=(root) NOPASSWD: /bin/true',
      { method: 'sudo', user: 'root', password: ofOps },
      'sudo does not allow it; a rule in sudoers for /bin/sh as root is wanted',
    ],
    [
      'requiretty',
      'Defaults requiretty\nops ALL=(root) NOPASSWD: /bin/sh',
      { method: 'sudo', user: 'root' },
      'sudo wants a terminal (requiretty), and there is none; no such rule is wanted',
    ],
    [
      'no such user',
      free,
      { method: 'sudo', user: 'nemo' },
      'there is no user nemo on it; one that is there is wanted',
    ],
  ])('%s is told in words of its own, and the command is not run', async (_, sudoers, become, whatIs) => {
    await server.allow(sudoers);
    const connection = await open(become);
    const wrong = error(await connection.exec('echo run; cat', { stdin: 'my input' }));
    expect(wrong).toMatchObject({ trouble: 'unreachable', host: 'pve1' });
    expect(wrong.message).toBe(`Cannot become ${become.user} on pve1: ${whatIs}`);
    expect(JSON.stringify(wrong)).not.toContain(become.password?.() ?? 'no password');
  });
});

if (noSudoServer !== undefined) console.warn(`Tests against a real sudo are skipped: ${noSudoServer}`);

test.runIf(process.env['CI'])('CI has sudo', () => {
  expect(noSudoServer).toBeUndefined();
});

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.diagnostics.map((diagnostic) => diagnostic.message).join('\n'));
  return result.value;
}

function error(result: Result<unknown>): Diagnostic {
  const [first, ...more] = result.ok ? [] : result.diagnostics;
  if (first === undefined || more.length > 0) throw new Error('exactly one diagnostic expected');
  return first;
}
