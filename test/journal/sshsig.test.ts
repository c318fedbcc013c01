import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSigner } from '../../src/journal/signer.ts';
import { signerOf } from '../../src/journal/sshsig.ts';
import { writeKey } from '../ssh-keys.ts';
import { newDirectory } from './journals.ts';

const statement = 'run-1 0123\n';

async function keyPair() {
  const directory = await newDirectory();
  return { directory, ...(await writeKey(directory, 'id_ed25519', 'ed25519')) };
}

async function sign(options: Partial<Parameters<typeof createSigner>[0]>) {
  return createSigner({ keyFile: undefined, agentSocket: undefined, directory: '/nonexistent', ...options })(
    statement,
  );
}

const hasOpenSsh = spawnSync('ssh-keygen', ['-?']).error === undefined;

describe.skipIf(!hasOpenSsh)('a signature', () => {
  test('is taken by ssh-keygen, for this text only', async () => {
    const { directory, publicKey } = await keyPair();
    const signature = await sign({ directory });
    if (!('sshsig' in signature)) throw new Error(signature.unsigned);
    expect(signature.publicKey.split(' ').slice(0, 2)).toEqual(publicKey.split(' ').slice(0, 2));
    await writeFile(join(directory, 'allowed'), `ops ${publicKey}\n`);
    await writeFile(join(directory, 'sig'), signature.sshsig);
    const check = (input: string) =>
      execFileSync(
        'ssh-keygen',
        ['-Y', 'verify', '-f', 'allowed', '-I', 'ops', '-n', 'pvefleet', '-s', 'sig'],
        { cwd: directory, input, stdio: 'pipe' },
      ).toString();
    expect(check(statement)).toContain(`Good "pvefleet" signature for ops with ED25519 key ${signature.key}`);
    expect(() => check('run-2 0123\n')).toThrow('Command failed');
    expect(signerOf(statement, signature.sshsig)?.toString('base64')).toBe(publicKey.split(' ')[1]);
    expect(signerOf('run-2 0123\n', signature.sshsig)).toBeUndefined();
  });

  test('that ssh-keygen made is read, and one in another namespace is not', async () => {
    const { path, publicKey } = await keyPair();
    const made = (space: string) =>
      execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', path, '-n', space], {
        input: statement,
        stdio: 'pipe',
      }).toString();
    expect(signerOf(statement, made('pvefleet'))?.toString('base64')).toBe(publicKey.split(' ')[1]);
    expect(signerOf(statement, made('file'))).toBeUndefined();
    expect(signerOf(statement, 'nothing of the kind')).toBeUndefined();
  });

  test('comes from the agent when the key file is encrypted', async () => {
    const { directory, path, publicKey } = await keyPair();
    const agentSocket = join(directory, 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', agentSocket]);
    onTestFinished(() => void agent.kill());
    await new Promise((resolve) => agent.stdout.once('data', resolve));
    const plain = await keyPair();
    execFileSync('ssh-add', ['-q', plain.path], { env: { ...process.env, SSH_AUTH_SOCK: agentSocket } });
    execFileSync('ssh-add', ['-q', path], { env: { ...process.env, SSH_AUTH_SOCK: agentSocket } });
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'secret words', '-f', path]);
    expect(await sign({ directory })).toEqual({
      unsigned: `${path} is encrypted, and the ssh agent does not hold it`,
    });
    const signature = await sign({ directory, agentSocket });
    if (!('sshsig' in signature)) throw new Error(signature.unsigned);
    expect(signerOf(statement, signature.sshsig)?.toString('base64')).toBe(publicKey.split(' ')[1]);
    const anyKey = await sign({ agentSocket });
    expect('sshsig' in anyKey && signerOf(statement, anyKey.sshsig)?.toString('base64')).toBe(
      plain.publicKey.split(' ')[1],
    );
  });
});

test('why nothing is signed is said', async () => {
  expect(await sign({})).toEqual({
    unsigned: 'there is no ssh-ed25519 key, neither /nonexistent/id_ed25519 nor in an ssh agent',
  });
  expect(await sign({ keyFile: '/nonexistent/key' })).toEqual({
    unsigned: 'there is no key /nonexistent/key',
  });
});
