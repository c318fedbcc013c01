import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unarchive } from '../../src/actions/unarchive.ts';
import { messagesOf, runHere, temporary } from './on-this-host.ts';

/** What is packed: app/ with a file, a script and a link. */
async function packed(): Promise<string> {
  const directory = await temporary();
  mkdirSync(join(directory, 'app/bin'), { recursive: true });
  writeFileSync(join(directory, 'app/readme'), 'one\n');
  writeFileSync(join(directory, 'app/bin/run it'), '#!/bin/sh\n');
  chmodSync(join(directory, 'app/bin/run it'), 0o755);
  symlinkSync('readme', join(directory, 'app/link'));
  return directory;
}

const has = (program: string): boolean => {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`]);
    return true;
  } catch {
    return false;
  }
};

test.each([
  ['a.tar', 'tar -cf', 'TarArchive', 'tar'],
  ['a.tar.gz', 'tar -czf', 'TgzArchive', 'gzip'],
  ['a.tar.xz', 'tar -cJf', 'TarArchive', 'xz'],
  ['a.tar.zst', 'tar --zstd -cf', 'TarArchive', 'zstd'],
  ['a.zip', 'zip -qry', 'ZipArchive', 'zip'],
])('%s is unpacked once, and again where something differs', async (name, pack, handler, program) => {
  if (!has(program)) return;
  const from = await packed();
  const dest = await temporary();
  execFileSync('sh', ['-c', `cd '${from}' && ${pack} ${name} app`]);
  const args = { src: name, dest };
  const options = { directories: [from] };
  const check = await runHere(unarchive, args, { ...options, check: true });
  expect(check).toMatchObject({
    outcome: 'changed',
    commands: [],
    message: `check mode: would unpack ${name} in ${dest}`,
  });
  expect(has(`${dest}/app/bin/run`)).toBe(false);
  const first = await runHere(unarchive, { ...args, list_files: true }, options);
  expect(first).toMatchObject({ outcome: 'changed', result: { handler, dest }, diagnostics: [] });
  expect(first.result?.['files']).toContain('app/readme');
  expect(readFileSync(join(dest, 'app/readme'), 'utf8')).toBe('one\n');
  expect(readlinkSync(join(dest, 'app/link'))).toBe('readme');
  expect(statSync(join(dest, 'app/bin/run it')).mode & 0o777).toBe(0o755);
  expect(await runHere(unarchive, args, options)).toMatchObject({ outcome: 'ok', commands: [] });
  writeFileSync(join(dest, 'app/readme'), 'two\n');
  expect(await runHere(unarchive, args, options)).toMatchObject({ outcome: 'changed' });
  expect(readFileSync(join(dest, 'app/readme'), 'utf8')).toBe('one\n');
  // As with Ansible, another time is a difference too.
  utimesSync(join(dest, 'app/readme'), 1, 1);
  expect(await runHere(unarchive, args, options)).toMatchObject({ outcome: 'changed' });
});

test('an archive of the node; its mode is set once; creates, include, exclude, own options', async () => {
  const from = await packed();
  const dest = await temporary();
  execFileSync('sh', ['-c', `cd '${from}' && tar -czf a.tgz app`]);
  const args = { src: join(from, 'a.tgz'), dest, remote_src: true };
  expect(await runHere(unarchive, { ...args, include: ['app/readme'] })).toMatchObject({
    outcome: 'changed',
  });
  expect(has(`'${dest}/app/bin/run it'`)).toBe(false);
  const mode = { ...args, mode: 'u=rwX,go=', exclude: ['app/bin'] };
  expect(await runHere(unarchive, { ...mode, exclude: ['app/bin', 'app/link'] })).toMatchObject({
    outcome: 'changed',
  });
  expect(statSync(join(dest, 'app/readme')).mode & 0o777).toBe(0o600);
  expect(statSync(join(dest, 'app')).mode & 0o777).toBe(0o700);
  expect(await runHere(unarchive, { ...mode, exclude: ['app/bin', 'app/link'] })).toMatchObject({
    outcome: 'ok',
    commands: [],
  });
  chmodSync(join(dest, 'app/readme'), 0o644);
  expect(await runHere(unarchive, { ...mode, exclude: ['app/bin', 'app/link'] })).toMatchObject({
    outcome: 'changed',
    commands: [`set the attributes of ${args.src} in ${dest}`],
  });
  expect(await runHere(unarchive, { ...args, creates: join(dest, 'app/read*') })).toMatchObject({
    outcome: 'skipped',
  });
  const flat = await temporary();
  const stripped = { ...args, dest: flat, extra_opts: ['--strip-components=1'] };
  expect(await runHere(unarchive, stripped)).toMatchObject({ outcome: 'changed' });
  expect(readFileSync(join(flat, 'readme'), 'utf8')).toBe('one\n');
  expect(await runHere(unarchive, stripped)).toMatchObject({ outcome: 'ok' });
});

test('what can not be unpacked is told before anything is', async () => {
  const from = await packed();
  const dest = await temporary();
  writeFileSync(join(from, 'bad.tgz'), 'no archive at all, but long enough to be one');
  writeFileSync(join(from, 'empty.tar'), '');
  const told = async (args: object) =>
    messagesOf(await runHere(unarchive, { dest, ...args }, { directories: [from] }));
  expect(await told({ src: 'bad.tgz' })).toEqual([
    expect.stringMatching(
      /^Cannot read the archive bad\.tgz: exit code 1; it said: tar: This does not look like a tar archive/u,
    ),
  ]);
  expect(await told({ src: 'empty.tar' })).toEqual([
    'Cannot read the archive empty.tar: exit code 1; it said: it is empty',
  ]);
  expect(await told({ src: 'bad.tgz', dest: join(dest, 'nowhere') })).toEqual([
    `Cannot unpack bad.tgz in ${dest}/nowhere: it is not there; a directory is wanted`,
  ]);
  expect(await told({ src: '/nowhere.tar', remote_src: true })).toEqual([
    'Cannot unpack /nowhere.tar: no such file is on the node; an archive is wanted',
  ]);
  expect(await told({ src: 'https://x/a.tgz' })).toEqual([
    'Cannot read "unarchive": "src" is a URL, which the node fetches; remote_src: yes is wanted',
  ]);
});
