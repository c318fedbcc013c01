import { randomBytes } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { plainFleet } from '../../lab/src/fleet/definition.ts';
import { startLab } from '../../lab/src/lab.ts';
import { startSsh2Server } from '../conformance/ssh2-server.ts';
import type { TestServer } from '../openssh-server.ts';
import { writeFleetInventory } from './fleet-inventory.ts';
import { runCli } from './run-cli.ts';

/** Both sides are this machine, with a real shell between: `here` and `there` are directories of it. */
describe('cp', () => {
  let server: TestServer;
  let inventory: string;
  let here: string;
  let there: string;
  let count = 0;
  beforeAll(async () => {
    server = await startSsh2Server();
    inventory = await writeFleetInventory(server);
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    const directory = join(server.directory, `case${++count}`);
    here = join(directory, 'here');
    there = join(directory, 'there');
    await mkdir(here, { recursive: true });
    await mkdir(there);
  });

  const cp = (...argv: readonly string[]) => runCli(['cp', '-i', inventory, ...argv]);
  const modeOf = async (path: string) => ((await lstat(path)).mode & 0o7777).toString(8);

  test('brings bytes and modes, leaves what is equal alone, and corrects a mode without sending', async () => {
    const bytes = randomBytes(700_000);
    await writeFile(join(here, 'a b'), bytes, { mode: 0o640 });
    expect(await cp(join(here, 'a b'), `pve1:${there}/`)).toEqual({
      code: 0,
      stdout: 'pve1  1 copied (684 KiB), 0 equal already\n',
      stderr: '',
    });
    const target = join(there, 'a b');
    expect((await readFile(target)).equals(bytes)).toBe(true);
    expect(await modeOf(target)).toBe('640');
    expect(await readdir(there)).toEqual(['a b']);
    const { ino } = await stat(target);
    expect((await cp(join(here, 'a b'), `pve1:${there}`)).stdout).toBe('pve1  0 copied, 1 equal already\n');
    await chmod(target, 0o600);
    expect((await cp(join(here, 'a b'), `pve1:${there}`)).stdout).toBe(
      'pve1  1 copied (0 bytes), 0 equal already\n',
    );
    expect([await modeOf(target), (await stat(target)).ino]).toEqual(['640', ino]);
  });

  test('brings a directory with all below it, links as links', async () => {
    await mkdir(join(here, 'tree/sub'), { recursive: true });
    await writeFile(join(here, 'tree/sub/ends in space '), 'x', { mode: 0o755 });
    await writeFile(join(here, 'tree/-dash'), "quote ' and $HOME");
    await writeFile(join(here, 'tree/empty'), '');
    await symlink('sub/ends in space ', join(here, 'tree/link'));
    expect((await cp(join(here, 'tree'), `pve1:${there}/new`)).code).toBe(0);
    expect(await readFile(join(there, 'new/sub/ends in space '), 'utf8')).toBe('x');
    expect(await modeOf(join(there, 'new/sub/ends in space '))).toBe('755');
    expect(await readFile(join(there, 'new/-dash'), 'utf8')).toBe("quote ' and $HOME");
    expect(await readFile(join(there, 'new/empty'), 'utf8')).toBe('');
    expect(await readlink(join(there, 'new/link'))).toBe('sub/ends in space ');
    // The target is a directory now, so the same once more goes into it.
    expect((await cp(join(here, 'tree'), `pve1:${there}/new`)).code).toBe(0);
    expect(await readdir(join(there, 'new/tree'))).toEqual(['-dash', 'empty', 'link', 'sub']);
    expect((await cp('-C', join(here, 'tree'), `pve1:${there}/new`)).stdout).toBe(
      'pve1  0 would be copied, 6 equal already\n',
    );
  });

  test('goes on with a copy that was cut off, and starts anew when it is of something else', async () => {
    const bytes = randomBytes(100_000);
    await writeFile(join(here, 'big'), bytes);
    await writeFile(join(there, '.big.pvefleet-part'), bytes.subarray(0, 60_000));
    expect((await cp('--json', join(here, 'big'), `pve1:${there}/`)).stdout).toBe(
      `${JSON.stringify({ host: 'pve1', changed: [`${there}/big`], equal: 0, bytes: 40_000, error: null })}\n`,
    );
    await writeFile(join(here, 'big'), randomBytes(90_000));
    await writeFile(join(there, '.big.pvefleet-part'), bytes.subarray(0, 60_000));
    expect(JSON.parse((await cp('--json', join(here, 'big'), `pve1:${there}/`)).stdout)).toMatchObject({
      bytes: 90_000,
    });
    expect(await readFile(join(there, 'big'))).toEqual(await readFile(join(here, 'big')));
    expect(await readdir(there)).toEqual(['big']);
  });

  test('keeps the owner of what it replaces, follows a link at the target, takes --mode', async () => {
    await writeFile(join(here, 'new'), 'new');
    await writeFile(join(there, 'real'), 'old');
    await symlink('real', join(there, 'link'));
    expect((await cp('--mode', '0604', join(here, 'new'), `pve1:${there}/link`)).code).toBe(0);
    expect(await readFile(join(there, 'real'), 'utf8')).toBe('new');
    expect(await modeOf(join(there, 'real'))).toBe('604');
    expect(await readlink(join(there, 'link'))).toBe('real');
  });

  test('--check writes nothing and says what would be', async () => {
    await writeFile(join(here, 'a'), 'a');
    expect((await cp('-C', join(here, 'a'), `pve1:${there}/deep/er/`)).stdout).toBe(
      'pve1  1 would be copied (1 bytes), 0 equal already\n',
    );
    expect(await readdir(there)).toEqual([]);
    expect((await cp(join(here, 'a'), `pve1:${there}/deep/er/`)).code).toBe(0);
    expect(await readFile(join(there, 'deep/er/a'), 'utf8')).toBe('a');
  });

  test('one connection and one exec compare; each file that differs is one more', async () => {
    for (const name of ['a', 'b', 'c']) await writeFile(join(here, name), name);
    await writeFile(join(there, 'b'), 'b');
    const files = ['a', 'b', 'c'].map((name) => join(here, name));
    const execs = (stderr: string) => stderr.match(/^pve1: # pvefleet cp: .*$/gmu) ?? [];
    const first = await cp('--show-commands', ...files, `pve1:${there}`);
    expect(execs(first.stderr).toSorted()).toEqual([
      `pve1: # pvefleet cp: ${there}/a`,
      `pve1: # pvefleet cp: ${there}/c`,
      `pve1: # pvefleet cp: what is at ${there}`,
    ]);
    const second = await cp('--show-commands', ...files, `pve1:${there}`);
    expect(execs(second.stderr)).toEqual([`pve1: # pvefleet cp: what is at ${there}`]);
  });

  test('brings files from several hosts, each into a directory of its own', async () => {
    const bytes = randomBytes(300_000);
    await mkdir(join(there, 'conf'));
    await writeFile(join(there, 'conf/x '), bytes, { mode: 0o600 });
    await symlink('x ', join(there, 'conf/link'));
    const got = join(here, 'got');
    const first = await cp(`pve[1-2],pve9:${there}/conf`, got);
    expect(first).toMatchObject({
      code: 4,
      stdout: 'pve[1-2]  3 copied (293 KiB), 0 equal already\n',
      stderr: expect.stringMatching(/^error: Cannot connect to pve9 /u),
    });
    for (const host of ['pve1', 'pve2']) {
      expect((await readFile(join(got, host, 'conf/x '))).equals(bytes)).toBe(true);
      expect(await modeOf(join(got, host, 'conf/x '))).toBe('600');
      expect(await readlink(join(got, host, 'conf/link'))).toBe('x ');
    }
    expect((await cp(`pve[1-2]:${there}/conf`, got)).stdout).toBe('pve[1-2]  0 copied, 3 equal already\n');
  });

  test('goes on with a cut off copy from a host, unless the file begins otherwise by now', async () => {
    const bytes = randomBytes(100_000);
    await writeFile(join(there, 'big'), bytes);
    await writeFile(join(here, '.big.pvefleet-part'), bytes.subarray(0, 99_999));
    expect((await cp(`pve1:${there}/big`, here)).code).toBe(0);
    expect((await readFile(join(here, 'big'))).equals(bytes)).toBe(true);
    await writeFile(join(there, 'big'), bytes.toReversed());
    await writeFile(join(here, '.big.pvefleet-part'), bytes.subarray(0, 99_999));
    expect((await cp(`pve1:${there}/big`, here)).code).toBe(0);
    expect((await readFile(join(here, 'big'))).equals(Buffer.from(bytes.toReversed()))).toBe(true);
    expect(await readdir(here)).toEqual(['big']);
  });

  test.each([
    [
      'a path in a directory that is not there',
      () => [join(here, 'a'), `pve1:${there}/none/x`],
      'end the path with "/"',
    ],
    [
      'a file in the place of a directory',
      () => [join(here, 'd'), `pve1:${there}/taken`],
      'a file is there; a directory is to be put there',
    ],
    ['a file of a host that is not there', () => [`pve1:${there}/none`, here], 'it is not there'],
    [
      'a place that cannot be written',
      () => [join(here, 'a'), 'pve1:/proc/'],
      'Cannot write /proc/a on pve1: ',
    ],
  ])('%s fails that host, in words', async (_, args, words) => {
    await writeFile(join(here, 'a'), 'a');
    await mkdir(join(here, 'd'));
    await writeFile(join(there, 'taken'), '');
    expect(await cp(...args())).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining(words),
    });
  });

  test.each([
    [
      'a file of this machine that is not there',
      () => [join(here, 'none'), 'pve1:/tmp/'],
      /Cannot copy .*none: there is no such file or directory/u,
    ],
    [
      'two machines on one side',
      () => ['pve1:/a', 'pve2:/b', here],
      /one pattern is wanted before each path/u,
    ],
    ['hosts on both sides', () => ['pve1:/a', 'pve2:/b'], /exactly one side with "PATTERN:PATH"/u],
    ['no host at all', () => [here, there], /exactly one side/u],
    ['one argument', () => [here], /two things are wanted/u],
    ["another user's home", () => [here, 'pve1:~bob/x'], /another user's home/u],
    ['a mode that is none', () => ['--mode', '999', here, 'pve1:/x'], /no octal number/u],
  ])('%s is a usage error', async (_, args, words) => {
    expect(await cp(...args())).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(words) });
  });

  test('read-only refuses to copy to nodes, and lets copy from them', async () => {
    await writeFile(join(there, 'a'), 'a');
    expect(await cp('--read-only', join(there, 'a'), 'pve1:/tmp/')).toMatchObject({ code: 6 });
    expect(await cp('--read-only', `pve1:${there}/a`, here)).toMatchObject({ code: 0 });
  });
});

test('members of a cluster can all be given the same file of /etc/pve, which they share', async () => {
  const home = await mkdtemp(join(tmpdir(), 'pvefleet-cp-'));
  const lab = await startLab({ fleet: plainFleet(3, '9') });
  try {
    await writeFile(join(home, 'key'), lab.clientKey.privateKey, { mode: 0o600 });
    await writeFile(join(home, 'known_hosts'), lab.knownHostsText());
    const inventory = join(home, 'lab.yml');
    await writeFile(inventory, lab.inventoryText(join(home, 'key'), join(home, 'known_hosts')));
    await writeFile(join(home, 'site.fw'), '[OPTIONS]\n');
    const target = 'all:/etc/pve/firewall/cluster.fw';
    expect(await runCli(['cp', '-i', inventory, join(home, 'site.fw'), target])).toMatchObject({
      code: 0,
      stderr: '',
    });
    const listed = await runCli(['exec', '-i', inventory, 'all', '-n', '--', 'ls -A /etc/pve/firewall']);
    expect(listed.stdout).toBe(`${'-'.repeat(15)}\npve[1-3] (3)\n${'-'.repeat(15)}\ncluster.fw\n`);
  } finally {
    await lab.close();
    await rm(home, { recursive: true });
  }
});
