import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Node } from '../../src/inventory/node.ts';
import { createSshTransport } from '../../src/transports/ssh.ts';
import type { Surroundings } from '../../src/transports/surroundings.ts';
import { noOpensshServer, type OpensshServer, startOpensshServer } from '../openssh-server.ts';
import { type KeyType, writeKey } from '../ssh-keys.ts';
import { certify, startRealAgent } from './real-agent.ts';
import { startSecurityKeyAgent } from './security-key-agent.ts';
import { hello, knowing, nodeOf, noKeys, only, say } from './try-out.ts';

describe.skipIf(noOpensshServer)('logging in to OpenSSH', () => {
  let server: OpensshServer;
  let knownHosts: readonly string[];
  let made = 0;
  beforeAll(async () => {
    server = await startOpensshServer(
      ['ed25519'],
      ['TrustedUserCAKeys DIR/ca.pub', 'AuthorizedKeysFile DIR/user_key.pub DIR/more.pub', 'MaxAuthTries 6'],
    );
    await writeKey(server.directory, 'ca', 'ed25519');
    knownHosts = [await knowing(server)];
  });
  afterAll(() => server.stop());

  const node = (connection: Partial<Node['connection']> = {}, name = 'pve1') =>
    nodeOf(server, { knownHosts, ...connection }, name);

  /** A new directory, as ~/.ssh. */
  async function home(): Promise<string> {
    const directory = join(server.directory, `home${++made}`);
    await mkdir(directory);
    return directory;
  }

  /** A key of its own directory that the server takes, encrypted. */
  async function lockedKey(type: KeyType = 'ed25519'): Promise<string> {
    const { path } = await writeKey(await home(), 'id_locked', type, 'open sesame');
    await copyFile(`${path}.pub`, join(server.directory, 'more.pub'));
    return path;
  }

  /** Gives these answers, then none. */
  function asked(...answers: readonly string[]): {
    questions: string[];
    ask: NonNullable<Surroundings['ask']>;
  } {
    const questions: string[] = [];
    return {
      questions,
      ask: async (question) => {
        questions.push(question);
        return answers[questions.length - 1];
      },
    };
  }

  describe('with an encrypted key', () => {
    test('asks for its passphrase once, whatever the number of nodes, and again when it does not fit', async () => {
      const keyFile = await lockedKey();
      const { questions, ask } = asked('wrong', 'open sesame');
      const transport = createSshTransport({ ...noKeys, ask });
      const said = await Promise.all(
        ['pve1', 'pve2', 'pve3'].map((name) => say(transport, node({ keyFile }, name))),
      );
      expect(said).toMatchObject([hello, hello, hello]);
      expect(questions).toEqual([
        `Passphrase of ${keyFile}: `,
        `It does not fit. Passphrase of ${keyFile}: `,
      ]);
    });

    test('in the old format, without its public half, asks before it connects', async () => {
      const keyFile = await lockedKey();
      const old = join(await home(), 'id_old');
      execFileSync('/usr/bin/ssh-keygen', ['-q', '-t', 'ecdsa', '-m', 'PEM', '-N', 'open sesame', '-f', old]);
      await copyFile(`${old}.pub`, join(server.directory, 'more.pub'));
      await rm(`${old}.pub`);
      const { questions, ask } = asked('open sesame');
      expect(await say({ ...noKeys, ask }, node({ keyFile: old }))).toMatchObject(hello);
      expect(questions).toHaveLength(1);
      expect(only(await say(noKeys, node({ keyFile: old })))).toMatchObject({ code: 'transport/key-locked' });
      expect(keyFile).not.toBe(old);
    });

    test('that nobody unlocks is a diagnostic that says so, without what was typed', async () => {
      const keyFile = await lockedKey();
      const { ask } = asked('wrong one', 'wrong two', 'wrong three');
      const found = only(await say({ ...noKeys, ask }, node({ keyFile })));
      expect(found).toMatchObject({ code: 'transport/key-locked', trouble: 'unreachable', host: 'pve1' });
      expect(found.message).toContain(`${keyFile} (no passphrase that was given fits)`);
      expect(JSON.stringify(found)).not.toContain('wrong');
      const silent = asked();
      expect(only(await say({ ...noKeys, ask: silent.ask }, node({ keyFile }))).message).toContain(
        'its passphrase was not given',
      );
      await vi.waitFor(() => expect(server.open()).toBe(0), 10_000);
    });

    test('is not asked for when the server would not take it', async () => {
      const { path } = await writeKey(await home(), 'id_stranger', 'ed25519', 'open sesame');
      const { questions, ask } = asked('open sesame');
      expect(only(await say({ ...noKeys, ask }, node({ keyFile: path })))).toMatchObject({
        code: 'transport/login-refused',
      });
      expect(questions).toEqual([]);
    });

    test('lets the time-out rest while it asks', async () => {
      const keyFile = await lockedKey();
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const ask = async () => {
        vi.advanceTimersByTime(3_600_000);
        return 'open sesame';
      };
      const said = await say({ ...noKeys, ask }, node({ keyFile }), 'echo hello', 5);
      vi.useRealTimers();
      expect(said).toMatchObject(hello);
    });
  });

  describe('with a certificate', () => {
    test.each(['ed25519', 'ecdsa', 'rsa'] as const)('beside a key file (%s)', async (type) => {
      const { path } = await writeKey(await home(), 'id_certified', type);
      await certify(join(server.directory, 'ca'), path, server.user);
      expect(await say(noKeys, node({ keyFile: path }))).toMatchObject(hello);
    });

    test('beside a default key file', async () => {
      const directory = await home();
      const { path } = await writeKey(directory, 'id_ed25519', 'ed25519');
      await certify(join(server.directory, 'ca'), path, server.user);
      expect(await say({ ...noKeys, directory }, node())).toMatchObject(hello);
    });

    test('named by CertificateFile, for a key that the agent holds', async () => {
      const { path } = await writeKey(await home(), 'id_held', 'rsa');
      const agent = await startRealAgent(server.directory, [path]);
      const certificate = await certify(join(server.directory, 'ca'), path, server.user);
      const elsewhere = join(server.directory, 'elsewhere.pub');
      await rename(certificate, elsewhere);
      const sshOptions = [`CertificateFile ${elsewhere}`];
      const surroundings = { ...noKeys, agentSocket: agent.socket };
      expect(await say(surroundings, node({ sshOptions }))).toMatchObject(hello);
      expect(only(await say(surroundings, node())).code).toBe('transport/login-refused');
      agent.stop();
    });

    test('in the agent', async () => {
      const { path } = await writeKey(await home(), 'id_certified', 'ecdsa');
      await certify(join(server.directory, 'ca'), path, server.user);
      const agent = await startRealAgent(server.directory, [path]);
      expect(await say({ ...noKeys, agentSocket: agent.socket }, node())).toMatchObject(hello);
      agent.stop();
    });

    test('that is for another user, or is over, is told', async () => {
      const { path } = await writeKey(await home(), 'id_other', 'ed25519');
      await certify(join(server.directory, 'ca'), path, 'somebody');
      expect(only(await say(noKeys, node({ keyFile: path }))).message).toContain(
        `tried certificate ${path}-cert.pub, ${path}`,
      );
      await certify(join(server.directory, 'ca'), path, server.user, '20200101:20200102');
      expect(only(await say(noKeys, node({ keyFile: path }))).message).toMatch(
        /tried \S+id_other, certificate \S+-cert\.pub \(it ended on 2020-01-0/u,
      );
    });
  });

  describe('with an agent of many keys', () => {
    let many: readonly string[];
    beforeAll(async () => {
      const directory = await home();
      const numbers = Array.from({ length: 8 }, (_, index) => index);
      const written = await Promise.all(
        numbers.map((number) => writeKey(directory, `key${number}`, 'ed25519')),
      );
      many = written.map(({ path }) => path);
    });

    test('tries no more than the server allows, and says how to name the right one', async () => {
      const agent = await startRealAgent(server.directory, [...many, server.keyFile]);
      const found = only(await say({ ...noKeys, agentSocket: agent.socket }, node()));
      expect(found).toMatchObject({
        code: 'transport/login-refused',
        message: expect.stringContaining('after too many keys'),
        hint: expect.stringContaining('IdentityFile'),
      });
      agent.stop();
    });

    test.each([
      ['its public half', () => [`IdentityFile ${server.keyFile}.pub`], true],
      ['its file, which the agent does not hold', () => [`IdentityFile ${server.keyFile}`], false],
      ['its file alone', () => ['IdentitiesOnly yes', `IdentityFile ${server.keyFile}`], false],
    ])('tries first the one that is named by %s', async (_, options, holds) => {
      const agent = await startRealAgent(server.directory, holds ? [...many, server.keyFile] : many);
      expect(
        await say({ ...noKeys, agentSocket: agent.socket }, node({ sshOptions: options() })),
      ).toMatchObject(hello);
      agent.stop();
    });

    test('is another one where IdentityAgent says so, or none', async () => {
      const right = await startRealAgent(server.directory, [server.keyFile]);
      const surroundings = { ...noKeys, agentSocket: '/nonexistent' };
      const sshOptions = [`IdentityAgent ${right.socket}`];
      expect(await say(surroundings, node({ sshOptions }))).toMatchObject(hello);
      expect(
        only(
          await say({ ...noKeys, agentSocket: right.socket }, node({ sshOptions: ['IdentityAgent none'] })),
        ).code,
      ).toBe('transport/no-key');
      right.stop();
    });
  });

  test('with a security key that the agent holds', async () => {
    const agent = await startSecurityKeyAgent(server.directory, join(server.directory, 'more.pub'));
    expect(await say({ ...noKeys, agentSocket: agent.socket }, node())).toMatchObject(hello);
    expect(await say(noKeys, node({ keyFile: join(server.directory, 'more.pub') }))).toMatchObject({
      diagnostics: [{ code: 'transport/key-locked' }],
    });
    await agent.stop();
  });
});
