import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeLabFiles } from '../../lab/src/cli/state.ts';
import { plainFleet } from '../../lab/src/fleet/definition.ts';
import { startLab, type Lab } from '../../lab/src/lab.ts';
import { makeKeyPair } from '../../lab/src/ssh/keys.ts';
import { connect, nodeOf, type Client } from './connect.ts';

let lab: Lab;
let pve1: Client;
let pve2: Client;

beforeAll(async () => {
  lab = await startLab({ fleet: plainFleet(3, '9') });
  [pve1, pve2] = await Promise.all([connect(lab, 'pve1'), connect(lab, 'pve2')]);
});

afterAll(async () => {
  pve1.end();
  pve2.end();
  await lab.close();
});

describe('a command over SSH', () => {
  it('has its output, its errors and its exit code apart', async () => {
    expect(await pve1.exec('hostname; echo trouble >&2; exit 3')).toMatchObject({
      stdout: 'pve1\n',
      stderr: 'trouble\n',
      exit: 3,
    });
  });

  it('says what sh says of an unknown command and of broken text', async () => {
    expect(await pve1.exec('nosuch')).toMatchObject({
      stderr: 'bash: nosuch: command not found\n',
      exit: 127,
    });
    expect((await pve1.exec('echo (')).exit).toBe(2);
  });

  it('gets standard input, byte for byte, and gives bytes back', async () => {
    const bytes = randomBytes(20_000);
    await pve1.exec('cat > /root/blob', { stdin: bytes });
    expect((await pve1.exec('cat /root/blob')).bytes.equals(bytes)).toBe(true);
    expect((await pve1.exec('tee /root/text | wc -l', { stdin: 'a\nb\n' })).stdout.trim()).toBe('2');
  });

  it('sends more output than a window holds', async () => {
    const { stdout, exit } = await pve1.exec('seq 1 600000');
    expect(stdout.length).toBe(4_088_895);
    expect(exit).toBe(0);
  });

  it('runs under the environment of a bare exec, with the locale that the client sends', async () => {
    expect((await pve1.exec('echo "$HOME $USER [$LC_ALL]"')).stdout).toBe('/root root []\n');
    const sent = await pve1.exec('echo "$LC_ALL [$SECRET]"', { env: { LC_ALL: 'C.UTF-8', SECRET: 'x' } });
    expect(sent.stdout).toBe('C.UTF-8 []\n');
  });

  it('keeps commands of one connection apart', async () => {
    await pve1.exec('cd /tmp; left=over');
    expect((await pve1.exec('echo "$PWD [$left]"')).stdout).toBe('/root []\n');
    const both = await Promise.all([pve1.exec('sleep 0.1; echo one'), pve1.exec('echo two')]);
    expect(both.map(({ stdout }) => stdout)).toEqual(['one\n', 'two\n']);
  });

  it('runs PVE programs by name and by path', async () => {
    expect((await pve1.exec('command -v qm; /usr/sbin/qm list')).exit).toBe(0);
  });
});

describe('the cluster file system', () => {
  it("is one for all members, with links into each one's own folder", async () => {
    await pve1.exec('echo "name: web" > /etc/pve/qemu-server/100.conf');
    expect(
      (await pve2.exec('cat /etc/pve/nodes/pve1/qemu-server/100.conf; ls /etc/pve/qemu-server')).stdout,
    ).toBe('name: web\n');
    expect((await pve2.exec('grep 100 /etc/pve/.vmlist')).stdout).toMatch(
      /^"100": \{ "node": "pve1", "type": "qemu", "version": \d+ \}/,
    );
    await pve2.exec('rm /etc/pve/nodes/pve1/qemu-server/100.conf');
    expect((await pve1.exec('cat /etc/pve/qemu-server/100.conf')).exit).toBe(1);
  });

  it('keeps what is outside of it to the node', async () => {
    await pve1.exec('echo mine > /root/mine');
    expect((await pve2.exec('cat /root/mine')).stderr).toBe('cat: /root/mine: No such file or directory\n');
  });
});

describe('logging in', () => {
  it('is refused to another key', async () => {
    await expect(connect(lab, 'pve1', makeKeyPair('stranger').privateKey)).rejects.toThrow(/authentication/i);
  });

  it('works for OpenSSH with the files that the lab writes, host key checked', async ({ skip }) => {
    if (!existsSync('/usr/bin/ssh')) skip();
    const directory = mkdtempSync(`${tmpdir()}/lab-test-`);
    const { key, knownHosts } = writeLabFiles(directory, lab, undefined);
    const options = [
      '-F',
      'none',
      '-o',
      'BatchMode=yes',
      '-o',
      `UserKnownHostsFile=${knownHosts}`,
      '-o',
      'StrictHostKeyChecking=yes',
      '-i',
      key,
    ];
    const ssh = promisify(execFile)('/usr/bin/ssh', [
      ...options,
      '-n',
      '-p',
      String(nodeOf(lab, 'pve3').port),
      'root@127.0.0.1',
      'hostname',
    ]);
    expect((await ssh).stdout).toBe('pve3\n');
    rmSync(directory, { recursive: true });
  });
});
