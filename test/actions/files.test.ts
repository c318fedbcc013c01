import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat as status,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copy } from '../../src/actions/copy.ts';
import { file } from '../../src/actions/file.ts';
import { slurp } from '../../src/actions/slurp.ts';
import { stat } from '../../src/actions/stat.ts';
import { template } from '../../src/actions/template.ts';
import { messagesOf, runHere, temporary } from './on-this-host.ts';

const modeOf = async (path: string): Promise<string> => ((await lstat(path)).mode & 0o7777).toString(8);

test('copy writes a new file with its mode, and a second time does nothing', async () => {
  const at = join(await temporary(), "it's a file");
  const args = { dest: at, content: 'grüße\n', mode: '0600' };
  expect(await runHere(copy, args)).toMatchObject({
    outcome: 'changed',
    commands: [`write ${at} (8 bytes, a new file)`],
    result: { dest: at, size: 8 },
  });
  expect([await readFile(at, 'utf8'), await modeOf(at)]).toEqual(['grüße\n', '600']);
  expect(await runHere(copy, args)).toMatchObject({ outcome: 'ok', commands: [] });
  expect(await runHere(copy, { ...args, mode: 'u+x' })).toMatchObject({
    outcome: 'changed',
    commands: [`chmod 0700 ${at}`],
  });
  expect(await modeOf(at)).toBe('700');
});

test('copy in check mode writes nothing, and shows the difference', async () => {
  const at = join(await temporary(), 'motd');
  await writeFile(at, 'old\n');
  const ran = await runHere(copy, { dest: at, content: 'new\n' }, { check: true, diff: true });
  expect(ran).toMatchObject({
    outcome: 'changed',
    message: `check mode: would write ${at} (4 bytes)`,
    diffs: [{ path: at, before: 'old\n', after: 'new\n' }],
    commands: [],
  });
  expect(await readFile(at, 'utf8')).toBe('old\n');
});

test('copy keeps the mode of a file that it replaces, and a backup beside it', async () => {
  const directory = await temporary();
  const at = join(directory, 'secret');
  await writeFile(at, 'old\n', { mode: 0o640 });
  await chmod(at, 0o640);
  const ran = await runHere(copy, { dest: at, content: 'new\n', backup: true });
  const kept = String(ran.result?.['backup_file']);
  expect(kept).toMatch(/secret\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~$/u);
  expect([await readFile(kept, 'utf8'), await readFile(at, 'utf8'), await modeOf(at)]).toEqual([
    'old\n',
    'new\n',
    '640',
  ]);
  expect(await readdir(directory)).toHaveLength(2);
});

test('copy leaves the old file where the new one does not pass validate', async () => {
  const directory = await temporary();
  const at = join(directory, 'sudoers');
  await writeFile(at, 'good\n');
  const ran = await runHere(copy, { dest: at, content: 'bad\n', validate: 'grep -q good %s' });
  expect(messagesOf(ran)).toEqual([
    `Cannot write ${at} (4 bytes) for "copy": exit code 1; it said: the new file does not pass: grep -q good %s`,
  ]);
  expect([await readFile(at, 'utf8'), await readdir(directory)]).toEqual(['good\n', ['sudoers']]);
});

test('copy puts a file of the controller into a directory, bytes as they are', async () => {
  const [from, to] = [await temporary(), await temporary()];
  const bytes = Buffer.from([0, 255, 10, 13, 128]);
  await mkdir(join(from, 'files'));
  await writeFile(join(from, 'files', 'logo.png'), bytes, { mode: 0o640 });
  await chmod(join(from, 'files', 'logo.png'), 0o640);
  const args = { src: 'logo.png', dest: to, mode: 'preserve' };
  expect(await runHere(copy, args, { directories: [from], diff: true })).toMatchObject({
    outcome: 'changed',
    result: { dest: join(to, 'logo.png') },
  });
  expect([await readFile(join(to, 'logo.png')), await modeOf(join(to, 'logo.png'))]).toEqual([bytes, '640']);
  expect((await runHere(copy, args, { directories: [from] })).outcome).toBe('ok');
});

test.each([
  [true, 'real'],
  [false, 'place'],
])('copy to a link with follow: %s changes the %s', async (follow, which) => {
  const directory = await temporary();
  const [place, real] = [join(directory, 'place'), join(directory, 'real')];
  await writeFile(real, 'old\n', { mode: 0o600 });
  await symlink(real, place);
  expect((await runHere(copy, { dest: place, content: 'new\n', follow })).outcome).toBe('changed');
  expect((await lstat(place)).isSymbolicLink()).toBe(follow);
  expect(await readFile(real, 'utf8')).toBe(which === 'real' ? 'new\n' : 'old\n');
  expect(await readFile(place, 'utf8')).toBe('new\n');
  // A file in place of a link is a new one.
  expect(await modeOf(follow ? real : place)).toBe(follow ? '600' : '644');
});

test.each<[Record<string, unknown>, string]>([
  [{ dest: '/x' }, 'Cannot read "copy": either "src" or "content" is wanted'],
  [{ content: 'x' }, 'Cannot read "copy": "dest" is missing'],
  [{ content: 'x', dest: 'x' }, 'Cannot read "copy": "dest" is wrong: it is "x"; an absolute path is wanted'],
  [
    { content: 'x', dest: '/x', mode: 888 },
    'Cannot read "copy": "mode" is wrong: it is "888"; octal digits as in "0644", or symbols as in u=rw,go=r, are wanted',
  ],
  [
    { content: 'x', dest: '/x', checksum: 'x' },
    'Cannot read "copy": "checksum" can\'t be used: it is not supported yet',
  ],
  [
    { content: 'x', dset: '/x', dest: '/x' },
    'Cannot read "copy": "dset" can\'t be used: there is no such argument; did you mean "dest"?',
  ],
])('copy with %j is an error', async (args, message) => {
  expect(messagesOf(await runHere(copy, args))).toEqual([message]);
});

test('copy says what is in the way', async () => {
  const directory = await temporary();
  expect(messagesOf(await runHere(copy, { dest: directory, content: 'x' }))).toEqual([
    `Cannot write ${directory}: it is a directory; the path of a file is wanted`,
  ]);
  expect(messagesOf(await runHere(copy, { dest: join(directory, 'a/b'), content: 'x' }))).toEqual([
    `Cannot write ${directory}/a/b: the directory ${directory}/a is not there; make it first, with file: {path: ${directory}/a, state: directory}`,
  ]);
});

test('template renders a file, and says where a variable is missing', async () => {
  const directory = await temporary();
  await mkdir(join(directory, 'templates'));
  const src = join(directory, 'templates', 'hosts.j2');
  await writeFile(src, '{% for ip in ips %}\n{{ ip }} {{ name }}\n{% endfor %}\n');
  const args = { src: 'hosts.j2', dest: join(directory, 'hosts') };
  const options = { directories: [directory], variables: { ips: ['10.0.0.1', '10.0.0.2'], name: 'web' } };
  expect((await runHere(template, args, options)).outcome).toBe('changed');
  expect(await readFile(args.dest, 'utf8')).toBe('10.0.0.1 web\n10.0.0.2 web\n');
  expect((await runHere(template, args, options)).outcome).toBe('ok');
  const wrong = await runHere(template, args, { ...options, variables: { ips: [1] } });
  expect(wrong.diagnostics[0]?.message).toContain('"name" is not defined');
  expect(wrong.diagnostics[0]?.at?.file).toBe(src);
});

test('a template that is one expression gives text with its line end', async () => {
  const directory = await temporary();
  await writeFile(join(directory, 'a.j2'), '{{ list }}\n');
  const args = { src: 'a.j2', dest: join(directory, 'a') };
  await runHere(template, args, { directories: [directory], variables: { list: ['x', true, null] } });
  expect(await readFile(args.dest, 'utf8')).toBe("['x', True, None]\n");
});

test('file makes directories with their mode, then nothing', async () => {
  const directory = await temporary();
  const at = join(directory, 'a/b');
  const args = { path: at, state: 'directory', mode: '0750' };
  expect(await runHere(file, args, { check: true })).toMatchObject({ outcome: 'changed', commands: [] });
  expect((await runHere(file, args)).outcome).toBe('changed');
  expect([await modeOf(at), await modeOf(join(directory, 'a'))]).toEqual(['750', '750']);
  expect(await runHere(file, args)).toMatchObject({ outcome: 'ok', commands: [] });
});

test('file with recurse changes only what differs below', async () => {
  const directory = await temporary();
  await mkdir(join(directory, 'sub'), { mode: 0o755 });
  await writeFile(join(directory, 'sub/a b'), '', { mode: 0o644 });
  await writeFile(join(directory, 'run'), '', { mode: 0o755 });
  await chmod(directory, 0o755);
  const args = { path: directory, state: 'directory', recurse: true, mode: 'u=rwX,go=' };
  expect((await runHere(file, args)).outcome).toBe('changed');
  expect(
    await Promise.all(['.', 'sub', 'sub/a b', 'run'].map((name) => modeOf(join(directory, name)))),
  ).toEqual(['700', '700', '600', '700']);
  expect((await runHere(file, args)).outcome).toBe('ok');
});

test('file makes, changes and removes a link, and asks for force where a file is in the way', async () => {
  const directory = await temporary();
  const at = join(directory, 'link');
  await writeFile(join(directory, 'real'), 'x');
  const args = { path: at, src: 'real', state: 'link' };
  expect((await runHere(file, args)).outcome).toBe('changed');
  expect(await runHere(file, args)).toMatchObject({ outcome: 'ok', commands: [] });
  expect(messagesOf(await runHere(file, { ...args, src: 'nowhere' }))).toEqual([
    `Cannot make the link ${at}: ${directory}/nowhere is not there; force: yes makes a link to nothing`,
  ]);
  expect((await runHere(file, { ...args, src: 'nowhere', force: true })).outcome).toBe('changed');
  expect(await readlink(at)).toBe('nowhere');
  const inTheWay = { path: join(directory, 'real'), src: '/etc', state: 'link' };
  expect(messagesOf(await runHere(file, inTheWay))).toEqual([
    `Cannot make the link ${directory}/real: a file is there; force: yes replaces it`,
  ]);
  expect((await runHere(file, { path: at, state: 'absent' })).outcome).toBe('changed');
  expect((await runHere(file, { path: at, state: 'absent' })).outcome).toBe('ok');
  expect(await readdir(directory)).toEqual(['real']);
});

test('file touches, makes hard links, and complains of what is not there', async () => {
  const directory = await temporary();
  const [a, b] = [join(directory, 'a'), join(directory, 'b')];
  expect(messagesOf(await runHere(file, { path: a, mode: '0600' }))).toEqual([
    `Cannot set the attributes of ${a}: it is not there; state: touch makes an empty file`,
  ]);
  expect((await runHere(file, { path: a, state: 'touch', mode: '0600' })).outcome).toBe('changed');
  const preserve = { path: a, state: 'touch', modification_time: 'preserve', access_time: 'preserve' };
  expect((await runHere(file, preserve)).outcome).toBe('ok');
  expect((await runHere(file, { path: b, src: a, state: 'hard' })).outcome).toBe('changed');
  expect((await status(a)).ino).toBe((await status(b)).ino);
  expect((await runHere(file, { path: b, src: a, state: 'hard' })).outcome).toBe('ok');
});

test('stat and slurp say what is there', async () => {
  const directory = await temporary();
  const at = join(directory, 'a');
  await writeFile(at, 'abc', { mode: 0o644 });
  await symlink('a', join(directory, 'l'));
  expect((await runHere(stat, { path: at })).result).toMatchObject({
    stat: {
      exists: true,
      isreg: true,
      islnk: false,
      size: 3,
      mode: '0644',
      rusr: true,
      wgrp: false,
      checksum: 'a9993e364706816aba3e25717850c26c9cd0d89d',
    },
  });
  expect((await runHere(stat, { path: join(directory, 'l') })).result).toMatchObject({
    stat: { islnk: true, lnk_target: 'a', lnk_source: at },
  });
  expect((await runHere(stat, { path: join(directory, 'none') })).result).toEqual({
    stat: { exists: false },
  });
  expect((await runHere(slurp, { src: at })).result).toEqual({
    content: 'YWJj',
    encoding: 'base64',
    source: at,
  });
  expect(messagesOf(await runHere(slurp, { src: directory }))).toEqual([
    `Cannot read ${directory}: it is a directory; a file is wanted`,
  ]);
});
