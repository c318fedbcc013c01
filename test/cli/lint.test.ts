import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { saveSurvey } from '../../src/snapshot/saved-survey.ts';
import { everything, fleet } from '../listing/fleet.ts';
import { stateOf } from '../snapshot/sample.ts';
import { runCli } from './run-cli.ts';

let base: string;
let count = 0;
let root: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'pvefleet-lint-'));
});
beforeEach(() => {
  root = join(base, String(count++));
});
afterAll(() => rm(base, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

const lint = async (...argv: readonly string[]) => {
  const { stdout, ...rest } = await runCli(['lint', ...argv.map((word) => word.replace(/^@/u, `${root}/`))]);
  return { stdout: stdout.replaceAll(`${root}/`, '@'), ...rest };
};

test('findings are lines that an editor can jump to, and a summary; the exit code is 2', async () => {
  await write({ 'storage.cfg': 'dir: local\n\tpath /x\n\tcolour red\n', 'fine/user.cfg': 'pool:a:::\n' });
  const { stdout, code } = await lint('@storage.cfg', '@fine/user.cfg');
  expect(stdout).toMatch(
    /^@storage\.cfg:3: error: .*colour.* \(storage\/unknown-option\)\n2 files: 1 error, 0 warnings\n$/u,
  );
  expect(code).toBe(2);
  expect(await lint('@fine/user.cfg')).toMatchObject({ stdout: '1 file: nothing found\n', code: 0 });
});

test('what cannot be read is told file by file, the rest is looked at, and the exit code is 1', async () => {
  await write({ 'storage.cfg': 'dir: local\n\tcolour red\n' });
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(root, 'pipe')]);
  const { stdout, stderr, code } = await lint('@nowhere.cfg', '@pipe', '@storage.cfg');
  expect(stdout).toContain('@storage.cfg:2: error: ');
  expect(stderr.replaceAll(`${root}/`, '@')).toBe(
    `error: Cannot lint @nowhere.cfg: there is no such file or directory; a file or directory that can be read is wanted
error: Cannot lint @pipe: it is no regular file; a file or directory that can be read is wanted
`,
  );
  expect(code).toBe(1);
});

// Root may read all.
test.skipIf(process.getuid?.() === 0)('so it is in a directory', async () => {
  await write({
    'd/storage.cfg': 'dir: local\n\tcolour red\n',
    'd/user.cfg': '',
    'd/deep/datacenter.cfg': '',
  });
  await chmod(join(root, 'd/user.cfg'), 0);
  await chmod(join(root, 'd/deep'), 0);
  const { stdout, stderr, code } = await lint('@d');
  await chmod(join(root, 'd/deep'), 0o700);
  expect(stdout).toContain('@d/storage.cfg:2: error: ');
  expect(stderr).toContain('d/user.cfg: permission is denied');
  expect(stderr).toContain('d/deep: permission is denied');
  expect(code).toBe(1);
});

test('the kind is told by the path, the content or --as; a file of no kind is an error', async () => {
  await write({
    'a.txt': 'Dear Anna\n',
    'b.txt': 'auto lo\niface lo inet loopback\n',
    'c/100.conf': 'rootfs: local:1\n',
  });
  const json = async (...argv: readonly string[]) => {
    const parsed: unknown = JSON.parse((await lint('--json', ...argv)).stdout);
    return parsed;
  };
  expect(await json('@b.txt', '@c/100.conf')).toMatchObject({
    files: [{ kind: 'interfaces' }, { kind: 'container', value: { current: { rootfs: 'local:1' } } }],
    summary: { files: 2, untold: 0 },
  });
  expect(await json('@a.txt', '--as', 'storage')).toMatchObject({ files: [{ kind: 'storage' }] });
  const { code, stderr, stdout } = await lint('@a.txt', '@b.txt');
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain('a.txt: neither its path nor its content tells; its kind is wanted');
  expect(stderr).toContain('--as KIND');
  expect((await lint('@a.txt', '--as', 'storge')).stderr).toContain('did you mean "storage"?');
});

test('a copy of /etc/pve is checked as a whole; what is no configuration is passed over, and counted', async () => {
  await write({
    'backup/etc/pve/storage.cfg': 'dir: local\n\tpath /x\n\tcontent images\n',
    'backup/etc/pve/nodes/pve1/qemu-server/100.conf':
      'net0: virtio=BC:24:11:00:00:01,bridge=vmbr1\nscsi0: gone:vm-100-disk-0,size=1G\n',
    'backup/etc/pve/nodes/pve1/pve-ssl.pem': 'x',
    'backup/etc/pve/authkey.pub': 'x',
    'backup/etc/hostname': 'pve1\n',
    'backup/etc/network/interfaces': 'iface vmbr0 inet manual\n\tbridge-ports none\n',
    'notes.md': '# notes\n',
  });
  const { stdout, code } = await lint('@.');
  expect(stdout.split('\n')).toEqual([
    '@backup/etc/pve/nodes/pve1/qemu-server/100.conf:1: warning: there is no bridge "vmbr1"; vmbr0 is there (tree/no-bridge)',
    '@backup/etc/pve/nodes/pve1/qemu-server/100.conf:2: warning: there is no storage "gone"; local is there (tree/no-storage)',
    '3 files: 0 errors, 2 warnings; 3 files of no known kind passed over',
    '',
  ]);
  expect(code).toBe(2);
});

test('a copy whose links became directories has each guest once', async () => {
  const guest = 'net0: virtio=BC:24:11:00:00:01,bridge=vmbr0\n';
  await write({
    'pve/storage.cfg': 'dir: local\n\tpath /x\n\tcontent images\n',
    'pve/nodes/pve1/qemu-server/100.conf': guest,
    'pve/local/qemu-server/100.conf': guest,
    'pve/qemu-server/100.conf': guest,
  });
  await symlink(join(root, 'pve/nodes/pve1'), join(root, 'pve/link'));
  expect(await lint('@pve')).toMatchObject({ code: 0 });
});

test('a saved survey is checked with the bridges that were live', async () => {
  await saveSurvey(fleet, root);
  const { stdout, code } = await lint(root);
  expect(stdout).toMatch(/^\d+ files: nothing found\n$/u);
  expect(code).toBe(0);
  const other = { ...everything, nodes: { pve1: stateOf('pve1') }, nodeFiles: {} };
  const guest = 'net0: virtio=BC:24:11:00:00:07,bridge=vmbr7\n';
  const files = { '/etc/pve/nodes/pve1/qemu-server/107.conf': guest };
  await saveSurvey({ clusters: [{ ...other, files }], unreachable: [] }, `${root}-other`);
  expect((await lint(`${root}-other`)).stdout).toContain('there is no bridge "vmbr7"; vmbr0 is there');
});

test('--rewrite prints the same bytes, whatever they are', async () => {
  const bytes = Buffer.from([0x64, 0x69, 0x72, 0x3a, 0x20, 0xff, 0xfe, 0x00, 0x0a, 0x0d, 0x0a, 0xe4]);
  await write({ 'storage.cfg': bytes, 'user.cfg': 'pool:grüße:::\n' });
  const printed = await lint('--rewrite', '@storage.cfg');
  expect(Buffer.from(printed.stdout, 'latin1').equals(bytes)).toBe(true);
  expect(printed.code).toBe(0);
});

test('--rewrite -o writes all files of a directory under the same paths', async () => {
  await saveSurvey(fleet, join(root, 'from'));
  const { stdout, code } = await lint('--rewrite', '@from', '-o', '@to');
  expect(stdout).toMatch(/^(?<all>\d+) written below @?.*to, \k<all> of them byte for byte the same/u);
  expect(code).toBe(0);
  const path = 'prod/etc/pve/nodes/pve1/qemu-server/100.conf';
  expect(await readFile(join(root, 'to', path), 'utf8')).toBe(
    await readFile(join(root, 'from', path), 'utf8'),
  );
});

test.each([
  [[], 'no file is named'],
  [['@nowhere'], 'Cannot lint'],
  [['@storage.cfg', '-o', 'x'], '--rewrite -o DIR'],
  [['--rewrite', '--json', '@storage.cfg'], 'one of the two'],
  [['--rewrite', '@storage.cfg', '@user.cfg'], '--rewrite -o DIR'],
  [['--rewrite', '@storage.cfg', '@storage.cfg', '-o', '@to'], 'each needs its own'],
])('lint %j is refused', async (argv, message) => {
  await write({ 'storage.cfg': '', 'user.cfg': '' });
  const { code, stderr } = await lint(...argv);
  expect(stderr).toContain(message);
  expect(code).toBe(1);
});

test('secrets are masked in values and messages, and written again as they are', async () => {
  await write({
    'storage.cfg':
      'cifs: nas\n\tserver 10.0.0.9\n\tshare s\n\tpassword HUSH-1, 2\n\nrbd: ceph\n\tpool p\n\tkeyring HUSH-3\n',
    'user.cfg': 'user:bob@pve:1:0:Bob::::HUSH-4:\n',
    'a/qemu-server/100.conf': 'cipassword: HUSH-5\nname: a\n\n[old]\ncipassword: HUSH-6\nsnaptime: 1\n',
    'datacenter.cfg': 'http_proxy: ftp://me:HUSH-7@proxy\n',
    'domains.cfg': 'pam: pam\n\ttfa type=oddity,key=HUSH-8\n',
  });
  const files = ['storage.cfg', 'user.cfg', 'a/qemu-server/100.conf', 'datacenter.cfg', 'domains.cfg'];
  const args = files.map((file) => `@${file}`);
  const json = await lint('--json', ...args);
  expect(json.stdout).not.toMatch(/HUSH|, 2/u);
  const parsed: unknown = JSON.parse(json.stdout);
  expect(parsed).toMatchObject({
    files: expect.arrayContaining([
      expect.objectContaining({
        kind: 'user',
        value: [expect.objectContaining({ id: 'bob@pve', keys: '********' })],
      }),
    ]),
  });
  const text = await lint(...args);
  expect(text.stdout).toContain('datacenter.cfg:1: error: ');
  expect(text.stdout).not.toContain('HUSH');
  for (const file of files)
    expect((await lint('--rewrite', `@${file}`)).stdout).toBe(await readFile(join(root, file), 'utf8'));
});

test('a guest alone is told by its options', async () => {
  await write({
    '100.conf': 'name: a\ncores: 2\n',
    '200.conf': 'hostname: b\nnet0: name=eth0,bridge=vmbr0,ip=manual\n',
    '201.conf': 'hostname: c\n',
  });
  const parsed: unknown = JSON.parse((await lint('--json', '@100.conf', '@200.conf', '@201.conf')).stdout);
  expect(parsed).toMatchObject({ files: [{ kind: 'vm' }, { kind: 'container' }, { kind: 'container' }] });
});

test('what is written again is never written over what was read', async () => {
  const text = 'dir: local\n\tpath /x\n\tcontent images\n';
  await write({ 'pve/storage.cfg': text });
  await symlink(join(root, 'pve'), join(root, 'alias'));
  for (const to of ['pve', 'alias']) {
    const { code, stderr } = await lint('--rewrite', '@pve', '-o', `@${to}`);
    expect([code, stderr.replaceAll(`${root}/`, '@')]).toEqual([
      1,
      `error: Cannot write below @${to}: @${to}/storage.cfg would be written over itself; another directory is wanted\n`,
    ]);
  }
});

test('a directory without anything to look at is an error', async () => {
  await mkdir(join(root, 'empty'), { recursive: true });
  await write({ 'wrong/a.txt': 'Dear Anna\n', 'wrong/b.txt': 'Yours\n' });
  expect(await lint('@empty')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('empty: there is no file; files of PVE'),
  });
  expect((await lint('@wrong')).stderr).toContain('wrong: none of the 2 files there is of a known kind');
  expect((await lint('@nowhere')).stderr).toContain(
    'nowhere: there is no such file or directory; a file or directory that can be read is wanted',
  );
});

test('copies of /etc/pve are found by what they hold, whatever their names and from wherever in them', async () => {
  const card = (mac: string): string => `net0: virtio=${mac},bridge=vmbr0\n`;
  await write({
    'graz/nodes/pve1/qemu-server/100.conf': card('BC:24:11:00:00:01'),
    'graz/nodes/pve1/qemu-server/101.conf': card('BC:24:11:00:00:02'),
    'wien/storage.cfg': 'dir: local\n\tpath /x\n\tcontent images\n',
    'wien/nodes/pve1/qemu-server/100.conf': card('BC:24:11:00:00:01'),
    'wien/nodes/pve1/qemu-server/101.conf': card('BC:24:11:00:00:01'),
  });
  const places = async (path: string): Promise<readonly string[]> =>
    (await lint(path)).stdout.split('\n').flatMap((line) => /^@\S+(?=: warning)/u.exec(line)?.[0] ?? []);
  const doubled = ['@wien/nodes/pve1/qemu-server/100.conf:1', '@wien/nodes/pve1/qemu-server/101.conf:1'];
  expect(await places('@.')).toEqual(doubled);
  expect(await places('@wien/nodes')).toEqual(doubled);
  expect(await places('@wien/nodes/pve1/qemu-server')).toEqual(doubled);
});

test('what lies loose beside a storage.cfg is told by name or content', async () => {
  await write({
    'storage.cfg': 'dir: local\n\tpath /x\n\tcontent images\n',
    '100.conf': 'scsi0: gone:vm-100-disk-0,size=1G\n',
    interfaces: 'auto lo\niface lo inet loopback\n',
    'authkey.pub': '-----BEGIN PUBLIC KEY-----\n',
  });
  expect((await lint('@.')).stdout).toBe(
    '@100.conf:1: warning: there is no storage "gone"; local is there (tree/no-storage)\n3 files: 0 errors, 1 warning; 1 file of no known kind passed over\n',
  );
});
