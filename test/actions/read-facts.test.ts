import { spawn } from 'node:child_process';
import { chmod, link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Facts, HostRead } from '../../src/actions/host/facts.ts';
import { joinReads } from '../../src/actions/host/join-reads.ts';
import { readFacts } from '../../src/actions/host/read-facts.ts';
import { ok } from '../../src/diagnostic.ts';
import type { Finished } from '../../src/transports/transport.ts';
import { temporary } from './on-this-host.ts';

/** Reads in a real shell, with these programs in place of the system's. */
async function factsHere(
  reads: readonly HostRead[],
  programs: Readonly<Record<string, string>> = {},
): Promise<Facts> {
  const bin = await temporary();
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(bin, name), 0o755);
  }
  const env = { ...process.env, HOME: '/home/of-nobody', PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  const read = (script: string) =>
    new Promise<ReturnType<typeof ok<Finished>>>((resolve) => {
      const child = spawn('sh', ['-c', script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
      const chunks: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => void chunks.push(chunk));
      child.on('close', (exit) =>
        resolve(ok({ exit, stdout: Buffer.concat(chunks), stderr: Buffer.alloc(0) })),
      );
    });
  const facts = await readFacts('test', reads, { host: 'pve1', read });
  if (!facts.ok) throw new Error(facts.diagnostics.map(({ message }) => message).join());
  return facts.value;
}

test('a link into itself keeps nobody busy, and the paths beside it are read', async () => {
  const at = await temporary();
  await writeFile(`${at}/plain`, 'x');
  await symlink('loop/b', `${at}/loop`);
  await symlink('plain', `${at}/way`);
  const one = await factsHere([{ read: 'path', path: `${at}/loop` }]);
  expect(one.path(`${at}/loop`)).toMatchObject({ real: `${at}/loop`, target: 'loop/b' });
  const all = await factsHere(
    ['loop', 'way'].map((name) => ({ read: 'path', path: `${at}/${name}` }) as const),
  );
  expect(all.path(`${at}/loop`).real).toBe(`${at}/loop`);
  expect(all.path(`${at}/way`).real).toBe(`${at}/plain`);
});

test('many paths at once: files, links, nothing, odd names, two kinds of checksum', async () => {
  const at = await temporary();
  const odd = [`${at}/with space`, `${at}/with\nline`, `${at}/with\\back'slash`, `${at}/@end`];
  for (const path of [...odd, `${at}/plain`]) await writeFile(path, `I am ${path}`);
  await mkdir(`${at}/dir`);
  await symlink('plain', `${at}/way`);
  await symlink('nowhere', `${at}/lost`);
  await symlink('dir', `${at}/into`);
  await link(`${at}/plain`, `${at}/twin`);
  const facts = await factsHere([
    ...odd.map((path) => ({ read: 'path', path, content: true }) as const),
    { read: 'path', path: `${at}/plain`, hash: 'md5' },
    { read: 'path', path: `${at}/twin`, hash: 'sha256' },
    { read: 'path', path: `${at}/way`, hash: 'sha1' },
    ...['lost', 'into/none', 'dir', 'dir/'].map((name) => ({ read: 'path', path: `${at}/${name}` }) as const),
    { read: 'path', path: '~/x' },
    { read: 'path', path: '~root/x' },
  ]);
  for (const path of odd) expect(facts.path(path).content?.toString()).toBe(`I am ${path}`);
  expect(facts.path(`${at}/plain`)).toMatchObject({
    hash: expect.stringMatching(/^\w{32}$/u),
    status: { links: 2 },
  });
  expect(facts.path(`${at}/twin`).hash).toMatch(/^\w{64}$/u);
  expect(facts.path(`${at}/way`)).toMatchObject({
    target: 'plain',
    real: `${at}/plain`,
    hash: expect.stringMatching(/^\w{40}$/u),
    status: { kind: 'link' },
    followed: { kind: 'file' },
  });
  expect(facts.path(`${at}/lost`)).toMatchObject({ target: 'nowhere', status: { kind: 'link' } });
  expect(facts.path(`${at}/lost`).followed).toBeUndefined();
  expect(facts.path(`${at}/into/none`)).toEqual({ path: `${at}/into/none`, real: `${at}/dir/none` });
  expect(facts.path(`${at}/dir/`)).toMatchObject({
    status: { kind: 'directory' },
    followed: { kind: 'directory' },
  });
  expect([facts.path('~/x').path, facts.path('~root/x').path]).toEqual(['/home/of-nobody/x', '/root/x']);
});

test('many packages are one look at what is installed, and one at what could be', async () => {
  const packages = ['vim', 'nano:amd64', 'gone', 'old', 'new'];
  const facts = await factsHere(
    packages.map((name) => ({
      read: 'package',
      name,
      candidate: name === 'old' ? 'always' : name === 'gone' ? 'never' : 'missing',
    })),
    {
      'dpkg-query': `printf '%s\\n' 'vim amd64 installed 2:9.1' 'nano amd64 config-files 8.4' 'old all installed 1.0' 'gone all not-installed'`,
      'apt-cache': `shift; for one; do case $one in --) ;; new) ;; *) printf '%s:\\n  Installed: x\\n  Candidate: 9-%s\\n' "$one" "$one" ;; esac; done`,
    },
  );
  expect(packages.map((name) => facts.package(name))).toEqual([
    { version: '2:9.1', configurationOnly: false },
    { candidate: '9-nano:amd64', configurationOnly: true },
    { configurationOnly: false },
    { version: '1.0', candidate: '9-old', configurationOnly: false },
    { configurationOnly: false },
  ]);
});

test.each([
  ['all at once', '0'],
  ['one by one, where a name is none', '1'],
])('units: %s', async (_how, exit) => {
  const show = `shift 4; first=1; for one; do [ $first ] || echo; first=; echo "LoadState=$one"; done; [ $# -eq 1 ] || exit ${exit}`;
  const units = ['a.service', 'b.service', 'c@\\x2d.service'];
  const facts = await factsHere(
    units.map((name) => ({ read: 'unit', name })),
    { systemctl: show },
  );
  expect(units.map((name) => facts.unit(name)['LoadState'])).toEqual(units);
});

test('reads of the same thing are joined where one answer can serve them', () => {
  const path = '/x';
  const joined = joinReads([
    { read: 'path', path },
    { read: 'path', path, hash: 'sha256' },
    { read: 'package', name: 'vim', candidate: 'never' },
    { read: 'path', path, content: true, only: 'what' },
    { read: 'path', path, hash: 'md5' },
    { read: 'package', name: 'vim', candidate: 'always' },
  ]);
  expect(joined).toEqual([
    { read: 'path', path, hash: 'sha256', content: true },
    { read: 'path', path, hash: 'md5' },
    { read: 'package', name: 'vim', candidate: 'always' },
  ]);
});
