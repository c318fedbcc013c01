import { chmod, lstat, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Action } from '../../src/actions/action.ts';
import { copy } from '../../src/actions/copy.ts';
import { file } from '../../src/actions/file.ts';
import { lineinfile } from '../../src/actions/lineinfile.ts';
import { script } from '../../src/actions/script.ts';
import { template } from '../../src/actions/template.ts';
import { ok } from '../../src/diagnostic.ts';
import { runOn } from './fake-host.ts';
import { messagesOf, runHere, temporary } from './on-this-host.ts';

const modeOf = async (path: string): Promise<string> => ((await lstat(path)).mode & 0o7777).toString(8);

test('copy brings a directory, or what is in it, and a second time nothing', async () => {
  const [from, to] = [await temporary(), join(await temporary(), 'new')];
  await mkdir(join(from, 'tree/sub/empty'), { recursive: true });
  await writeFile(join(from, 'tree/a'), 'a\n');
  await writeFile(join(from, 'tree/sub/run'), '#!/bin/sh\n', { mode: 0o755 });
  await symlink('../a', join(from, 'tree/sub/link'));
  const options = { directories: [from] };
  const whole = { src: 'tree', dest: to, mode: 'preserve', directory_mode: '0750' };
  expect((await runHere(copy, whole, { ...options, check: true })).outcome).toBe('changed');
  expect((await runHere(copy, whole, options)).outcome).toBe('changed');
  expect(await readFile(join(to, 'tree/sub/link'), 'utf8')).toBe('a\n');
  expect([await modeOf(join(to, 'tree/sub/run')), await modeOf(join(to, 'tree/sub/empty'))]).toEqual([
    '755',
    '750',
  ]);
  expect(await runHere(copy, whole, options)).toMatchObject({ outcome: 'ok', commands: [] });
  expect((await runHere(copy, { ...whole, src: 'tree/' }, options)).outcome).toBe('changed');
  expect(await readFile(join(to, 'a'), 'utf8')).toBe('a\n');
  await writeFile(join(to, 'tree/a'), 'other\n');
  expect((await runHere(copy, whole, options)).commands).toEqual([`write ${to}/tree/a (2 bytes)`]);
});

test('a directory that is named with "/" at its end is made', async () => {
  const directory = await temporary();
  await writeFile(join(directory, 'a'), 'a\n');
  const args = { src: 'a', dest: join(directory, 'x/y/') };
  await runHere(copy, args, { directories: [directory] });
  expect(await readFile(join(directory, 'x/y/a'), 'utf8')).toBe('a\n');
  expect((await runHere(copy, args, { directories: [directory] })).outcome).toBe('ok');
});

test('copy takes a file of the node', async () => {
  const directory = await temporary();
  const [src, dest] = [join(directory, 'a'), join(directory, 'b')];
  await writeFile(src, Buffer.from([0, 255]), { mode: 0o751 });
  const args = { src, dest, remote_src: true, mode: 'preserve' };
  expect((await runHere(copy, args)).commands).toEqual([`write ${dest} (2 bytes, a new file)`]);
  expect([await readFile(dest), await modeOf(dest)]).toEqual([Buffer.from([0, 255]), '751']);
  expect((await runHere(copy, args)).outcome).toBe('ok');
  expect(messagesOf(await runHere(copy, { ...args, src: `${directory}/none` }))).toEqual([
    `Cannot copy ${directory}/none of the node: it is not there; a file or directory is wanted`,
  ]);
});

test('what ansible-vault has encrypted is opened on the way, unless it is not to be', async () => {
  const directory = await temporary();
  await writeFile(join(directory, 'secret'), '$ANSIBLE_VAULT;1.1;AES256\n00\n');
  await writeFile(join(directory, 'plain'), 'plain\n');
  const written = async (action: Action, args: Record<string, unknown>, text = 'opened {{ 1 + 1 }}\n') => {
    const openVault = () => Promise.resolve(ok(text));
    const { inputs, diagnostics } = await runOn({ files: { '/x': null } }, action, args, {
      directories: [directory],
      openVault,
    });
    return [...inputs, ...diagnostics.map(({ message }) => message)];
  };
  expect(await written(copy, { src: 'secret', dest: '/x/a' })).toEqual(['opened {{ 1 + 1 }}\n']);
  expect(await written(copy, { src: 'plain', dest: '/x/a' })).toEqual(['plain\n']);
  expect(await written(copy, { src: 'secret', dest: '/x/a', decrypt: false })).toEqual([
    '$ANSIBLE_VAULT;1.1;AES256\n00\n',
  ]);
  expect(await written(template, { src: 'secret', dest: '/x/a' })).toEqual(['opened 2\n']);
  expect(await written(script, { cmd: 'secret' })).toEqual(['opened {{ 1 + 1 }}\n']);
  expect(await written(copy, { src: 'secret', dest: '/x/a' }, '\u{FFFD}')).toEqual([
    `Cannot use ${directory}/secret: what ansible-vault has encrypted in it is no text in UTF-8`,
  ]);
});

test('validate without a place for the file is an error, before anything is read', async () => {
  expect(messagesOf(await runHere(copy, { dest: '/x', content: 'x', validate: 'true' }))).toEqual([
    'Cannot read "copy": "validate" is wrong: it is "true"; a command with %s, which stands for the new file, is wanted',
  ]);
});

test('what a mapping is written as is what Python writes', async () => {
  const dest = join(await temporary(), 'a');
  await runHere(copy, { dest, content: { a: ['ö', 1, null] } });
  expect(await readFile(dest, 'utf8')).toBe('{"a": ["\\u00f6", 1, null]}');
});

test('a template keeps its name in a directory, and knows who manages it', async () => {
  const directory = await temporary();
  await writeFile(join(directory, 'a.j2'), '# {{ ansible_managed }}: {{ template_path }}\n');
  const options = { directories: [directory] };
  await runHere(template, { src: 'a.j2', dest: `${directory}/x/` }, options);
  expect(await readFile(join(directory, 'x/a.j2'), 'utf8')).toBe('# Ansible managed: a.j2\n');
});

test('a directory loses its set-id bits where its mode has none', async () => {
  const path = join(await temporary(), 'a');
  await mkdir(path);
  await chmod(path, 0o2755);
  const args = { path, state: 'directory', mode: '0711' };
  expect((await runHere(file, args)).commands).toEqual([`chmod 00711 ${path}`]);
  expect(await modeOf(path)).toBe('711');
});

test('lineinfile makes the directories of a new file', async () => {
  const path = join(await temporary(), 'a/b');
  await runHere(lineinfile, { path, line: 'x', create: true });
  expect(await readFile(path, 'utf8')).toBe('x\n');
});
