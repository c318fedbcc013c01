import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ConnectionOptions } from '../../src/inventory/node.ts';
import { createSshTransport } from '../../src/transports/ssh.ts';
import type { Surroundings } from '../../src/transports/surroundings.ts';
import { noOpensshServer, type OpensshServer, startOpensshServer } from '../openssh-server.ts';
import { writeKey } from '../ssh-keys.ts';
import { startBlackHole } from './black-hole.ts';
import { hello, knowing, nodeOf, noKeys, only, say } from './try-out.ts';

const assumed = ['port', 'user', 'knownHosts'] as const;

describe.skipIf(noOpensshServer)('the way to OpenSSH', () => {
  let pve: OpensshServer;
  let bastion: OpensshServer;
  let inner: OpensshServer;
  let known: string;
  beforeAll(async () => {
    [pve, bastion, inner] = await Promise.all([
      startOpensshServer(['ed25519', 'rsa']),
      startOpensshServer(),
      startOpensshServer(),
    ]);
    known = await knowing(pve, bastion, inner);
  });
  afterAll(() => Promise.all([pve, bastion, inner].map((server) => server.stop())));

  /** As ~/.ssh with this configuration; further files may be given. */
  async function configured(
    config: string,
    files: Readonly<Record<string, string>> = {},
  ): Promise<Surroundings> {
    const directory = await mkdtemp(join(pve.directory, 'home-'));
    for (const [name, text] of Object.entries({ config, ...files }))
      await writeFile(join(directory, name), text.replaceAll('DIR', directory), { mode: 0o600 });
    const source = { path: join(directory, 'config'), directory, home: directory, mustBePrivate: true };
    return { ...noKeys, directory, configFiles: [source] };
  }

  /** A node of which the inventory knows no more than a name. */
  const named = (host: string, connection: Partial<ConnectionOptions> = {}) =>
    nodeOf(pve, { host, port: 22, user: 'nobody-in-particular', assumed, ...connection }, host);

  const block = (host: string, server: OpensshServer, more: readonly string[] = []) =>
    [
      `Host ${host}`,
      `  HostName ${server.host}`,
      `  Port ${server.port}`,
      `  User ${server.user}`,
      `  IdentityFile ${server.keyFile}`,
      `  UserKnownHostsFile ${known}`,
      ...more.map((line) => `  ${line}`),
      '',
    ].join('\n');

  /** A ProxyCommand needs no network at all: the server on its standard input and output. */
  const proxied = (more: readonly string[] = []) =>
    block('pve1', pve, [...more, `ProxyCommand ${pve.command}`]);

  describe('by ~/.ssh/config', () => {
    test('has its address, port, user, key and known hosts from there', async () => {
      expect(await say(await configured(block('pve1', pve)), named('pve1'))).toMatchObject(hello);
    });

    test('has from the inventory what the inventory gives', async () => {
      const wrong = block('127.0.0.1', bastion, ['User nobody']);
      const { port, user, keyFile } = pve;
      const node = nodeOf(pve, { port, user, keyFile, knownHosts: [await knowing(pve)] });
      expect(await say(await configured(wrong), node)).toMatchObject(hello);
    });

    test('reads included files and Match blocks', async () => {
      const surroundings = await configured('Include conf.d/*\nInclude more\n', {
        more: `Match originalhost pve1 user ${pve.user}\n  IdentityFile ${pve.keyFile}\nMatch final host ${pve.host}\n  UserKnownHostsFile ${known}\nHost pve?\n  HostName ${pve.host}\n  Port ${pve.port}\n`,
      });
      expect(
        await say(surroundings, named('pve1', { user: pve.user, assumed: ['port', 'knownHosts'] })),
      ).toMatchObject(hello);
    });

    test('finds key files by tokens', async () => {
      const directory = pve.directory;
      const config = block('user_key', { ...pve, keyFile: `${directory}/%n` }, ['IdentitiesOnly yes']);
      expect(await say(await configured(config), named('user_key'))).toMatchObject(hello);
    });

    test("knows the host key by an alias, in the system's file too", async () => {
      const system = join(pve.directory, 'system_known_hosts');
      await writeFile(system, `the-node ${pve.hostKeys[0]}\n`);
      const config = (alias: string) =>
        `Host pve1\n  HostKeyAlias ${alias}\n  UserKnownHostsFile none\n  GlobalKnownHostsFile ${system}\n${block('pve1', pve)}`;
      expect(await say(await configured(config('the-node')), named('pve1'))).toMatchObject(hello);
      expect(only(await say(await configured(config('another')), named('pve1')))).toMatchObject({
        code: 'transport/host-key-unknown',
        hint: expect.stringContaining(`-o HostKeyAlias=another -o UserKnownHostsFile=${system}`),
      });
    });

    test('offers the algorithms that it names', async () => {
      const lists = [
        'KexAlgorithms ^ecdh-sha2-nistp521',
        'Ciphers -aes*',
        'MACs +hmac-sha1',
        'HostKeyAlgorithms rsa-sha2-256',
      ];
      expect(await say(await configured(block('pve1', pve, lists)), named('pve1'))).toMatchObject(hello);
      expect(
        only(
          await say(
            await configured(block('pve1', pve, ['KexAlgorithms sntrup761x25519-sha512@openssh.com'])),
            named('pve1'),
          ),
        ),
      ).toMatchObject({
        code: 'transport/algorithms',
        hint: expect.stringContaining('pvefleet_transport: openssh'),
      });
    });

    test.each([
      ['Match exec', 'Match exec "true"\n  Port 1\n', /config:1\).*does not evaluate/u],
      [
        'CanonicalizeHostname',
        'CanonicalizeHostname yes\n',
        /config:1: canonicalizehostname asks for canonical host names/u,
      ],
      ['a port that is none', 'Port ssh\n', /config:1: port is ssh; a number is wanted/u],
    ])("is told where it needs the system's ssh, or cannot be: %s", async (_, config, message) => {
      const found = only(await say(await configured(config), named('pve1')));
      expect(found).toMatchObject({ code: 'transport/ssh-config', trouble: 'unreachable', host: 'pve1' });
      expect(found.message).toMatch(message);
      expect(found.hint).toContain('pvefleet_transport: openssh');
    });

    test("asks for what only the system's ssh does: that is told when the log-in fails", async () => {
      const stranger = await writeKey(pve.directory, 'stranger', 'ed25519');
      const config = block('pve1', { ...pve, keyFile: stranger.path }, ['GSSAPIAuthentication yes']);
      expect(only(await say(await configured(config), named('pve1'))).hint).toMatch(
        /GSSAPI \(.*config:7\), which only the system's ssh can do: "pvefleet_transport: openssh"/u,
      );
    });
  });

  describe('over jump hosts', () => {
    const overTwo = () =>
      [
        block('pve*', pve, ['ProxyJump inner']),
        block('inner', inner, ['ProxyJump bastion']),
        block('bastion', bastion),
      ].join('');

    test('goes through each by its own block, logs in to each once for all nodes, and leaves with the last', async () => {
      const before = [bastion.accepted(), inner.accepted(), pve.accepted()] as const;
      const transport = createSshTransport(await configured(overTwo()));
      const connected = await Promise.all(
        ['pve1', 'pve2', 'pve3'].map((name) => transport.connect(named(name), { timeoutSeconds: 20 })),
      );
      expect(connected.map(({ ok }) => ok)).toEqual([true, true, true]);
      const after = [bastion.accepted(), inner.accepted(), pve.accepted()] as const;
      expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 1, 3]);
      const [first, ...others] = connected;
      await Promise.all(others.map(async (each) => each.ok && each.value.close()));
      expect(first?.ok === true && (await first.value.exec('echo hello'))).toMatchObject({ ok: true });
      expect([bastion.open(), inner.open()]).toEqual([1, 1]);
      if (first?.ok === true) await first.value.close();
      await vi.waitFor(() => expect([bastion.open(), inner.open(), pve.open()]).toEqual([0, 0, 0]), 10_000);
    });

    test('is entered anew after it was left, or lost', async () => {
      const transport = createSshTransport(await configured(overTwo()));
      expect(await say(transport, named('pve1'))).toMatchObject(hello);
      const connected = await transport.connect(named('pve1'), { timeoutSeconds: 20 });
      bastion.cut();
      expect(connected.ok && (await connected.value.exec('sleep 60'))).toMatchObject({ ok: false });
      expect(await say(transport, named('pve1'))).toMatchObject(hello);
    });

    test('from the inventory, in one line', async () => {
      const hops = [bastion, inner].map(({ user, host, port }) => `${user}@${host}:${port}`).join(',');
      const keys = await configured(`IdentityFile ${bastion.keyFile}\nIdentityFile ${inner.keyFile}\n`);
      const { port, user, keyFile } = pve;
      const node = nodeOf(pve, {
        port,
        user,
        keyFile,
        knownHosts: [known],
        sshOptions: [`ProxyJump ${hops}`],
      });
      const before = bastion.accepted();
      expect(await say(keys, node)).toMatchObject(hello);
      expect(bastion.accepted()).toBe(before + 1);
      const config = `Host *\n  ProxyJump nowhere\n`;
      const direct = { ...node, connection: { ...node.connection, sshOptions: ['ProxyJump none'] } };
      expect(await say(await configured(config), direct)).toMatchObject(hello);
    });

    test('checks the host key of each', async () => {
      const onlyPve = await knowing(pve);
      const config = overTwo().replace(
        block('inner', inner, ['ProxyJump bastion']),
        block('inner', inner, ['ProxyJump bastion']).replace(known, onlyPve),
      );
      const transport = createSshTransport(await configured(config));
      const found = only(await say(transport, named('pve1')));
      expect(found).toMatchObject({
        code: 'transport/host-key-unknown',
        host: 'pve1',
        message: expect.stringMatching(/^Cannot connect to inner \(.*; pve1 is reached through it$/u),
        hint: expect.stringContaining(`ssh -J bastion -o UserKnownHostsFile=${onlyPve}`),
      });
      await vi.waitFor(() => expect([bastion.open(), inner.open()]).toEqual([0, 0]), 10_000);
    });

    test('that lead to each other are told', async () => {
      const config = `${block('a', pve, ['ProxyJump b'])}${block('b', pve, ['ProxyJump a'])}`;
      const found = only(await say(await configured(config), named('a')));
      expect(found).toMatchObject({ code: 'transport/jump-loop', host: 'a' });
    });

    test('before an address that swallows all are left after the time-out', async () => {
      const hole = await startBlackHole();
      const config = `${block('pve1', { ...pve, port: hole.port }, ['ProxyJump bastion'])}${block('bastion', bastion)}`;
      const found = only(await say(await configured(config), named('pve1'), 'true', 4));
      expect(found).toMatchObject({
        code: 'transport/timeout',
        message: expect.stringMatching(/^Cannot connect to pve1 .*: no answer within 4 s$/u),
      });
      await vi.waitFor(() => expect(bastion.open()).toBe(0), 10_000);
      hole.stop();
    });

    test('that let nobody through, or to nothing that listens, are told', async () => {
      const closed = await startOpensshServer(['ed25519'], ['AllowTcpForwarding no']);
      known = await knowing(pve, bastion, inner, closed);
      const config = `${block('pve1', pve, ['ProxyJump closed'])}${block('closed', closed)}${block('gone', { ...pve, port: 1 }, ['ProxyJump bastion'])}${block('bastion', bastion)}`;
      const transport = createSshTransport(await configured(config));
      expect(only(await say(transport, named('pve1')))).toMatchObject({
        code: 'transport/jump-refused',
        host: 'pve1',
        hint: expect.stringContaining('AllowTcpForwarding'),
      });
      expect(only(await say(transport, named('gone')))).toMatchObject({ code: 'transport/jump-refused' });
      await vi.waitFor(() => expect([closed.open(), bastion.open()]).toEqual([0, 0]), 10_000);
      await closed.stop();
    });
  });

  describe('through ProxyCommand', () => {
    test('reaches the server, and ends what it started', async () => {
      const script = join(pve.directory, 'proxy.sh');
      const pids = join(pve.directory, 'pids');
      await writeFile(script, `sleep 1000 </dev/null >/dev/null & echo $! $$ >${pids}; ${pve.command}\n`);
      const config = block('pve1', pve, [`ProxyCommand /bin/sh ${script} %h %p`]);
      expect(await say(await configured(config), named('pve1'))).toMatchObject(hello);
      const started = (await readFile(pids, 'utf8')).trim().split(' ').map(Number);
      expect(started).toHaveLength(2);
      await vi.waitFor(() => {
        for (const pid of started) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
      }, 10_000);
    });

    test('checks the host key, and says how to accept it on this way', async () => {
      const config = proxied().replace(known, '/nonexistent');
      expect(only(await say(await configured(config), named('pve1')))).toMatchObject({
        code: 'transport/host-key-unknown',
        hint: expect.stringContaining(`ssh -o 'ProxyCommand=${pve.command}'`),
      });
    });

    test.each([
      ['exec nc', 'sh -c "echo no way out >&2; exit 1"', 'its ProxyCommand ended, and said "no way out"'],
      ['that is not there', '/nonexistent/nc', 'its ProxyCommand ended, and said '],
    ])('that fails is told with its words: %s', async (_, command, message) => {
      const config = block('pve1', pve, [`ProxyCommand ${command}`]);
      const found = only(await say(await configured(config), named('pve1')));
      expect(found).toMatchObject({
        code: 'transport/proxy-command',
        message: expect.stringContaining(message),
      });
    });

    test('that says nothing is given up, and ended', async () => {
      const pids = join(pve.directory, 'silent');
      const config = block('pve1', pve, [`ProxyCommand sh -c "echo $$ >${pids}; sleep 1000"`]);
      const found = only(await say(await configured(config), named('pve1'), 'true', 0.5));
      expect(found.code).toBe('transport/timeout');
      const pid = Number(await readFile(pids, 'utf8'));
      await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 10_000);
    });

    test('is not given a user that a shell would read', async () => {
      const touched = join(pve.directory, 'touched');
      const config = `Host pve1\n  ProxyCommand ssh -W %h:%p %r@bastion\n`;
      const found = only(
        await say(await configured(config), named('pve1', { user: `$(touch ${touched})`, assumed: [] })),
      );
      expect(found).toMatchObject({
        code: 'transport/user-name',
        message: expect.stringContaining('would hand it to a shell'),
      });
      await expect(readFile(touched)).rejects.toThrow('ENOENT');
    });
  });
});
