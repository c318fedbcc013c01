import { lstat, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { blockinfile } from '../../src/actions/blockinfile.ts';
import { lineinfile } from '../../src/actions/lineinfile.ts';
import { replace } from '../../src/actions/replace.ts';
import type { Action } from '../../src/actions/action.ts';
import { messagesOf, runHere, temporary } from './on-this-host.ts';

/** Runs it on a file with this text: what it makes of it, and of that again. */
async function edit(action: Action, before: string, args: Record<string, unknown>) {
  const path = join(await temporary(), 'x');
  await writeFile(path, before);
  const first = await runHere(action, { path, ...args });
  const after = await readFile(path, 'utf8');
  const second = await runHere(action, { path, ...args });
  return { outcome: first.outcome, after, msg: first.result?.['msg'], again: second.outcome };
}

test.each<[string, string, Record<string, unknown>, string]>([
  ['adds it at the end', 'a\n', { line: 'b' }, 'a\nb\n'],
  ['ends the last line first', 'a', { line: 'b' }, 'a\nb\n'],
  ['replaces the last that fits', 'x=1\ny\nx=2\n', { regexp: '^x=', line: 'x=3' }, 'x=1\ny\nx=3\n'],
  [
    'replaces the first with firstmatch',
    'x=1\nx=2\n',
    { regexp: '^x=', line: 'x=3', firstmatch: true },
    'x=3\nx=2\n',
  ],
  ['puts it after what fits last', 'a1\na2\nb\n', { line: 'n', insertafter: '^a' }, 'a1\na2\nn\nb\n'],
  ['puts it before what fits last', 'a1\na2\nb\n', { line: 'n', insertbefore: '^a' }, 'a1\nn\na2\nb\n'],
  ['puts it first', 'a\n', { line: 'n', insertbefore: 'BOF' }, 'n\na\n'],
  ['puts it last where nothing fits', 'a\n', { line: 'n', insertafter: '^z' }, 'a\nn\n'],
  [
    'takes groups',
    'port = 1 # x\n',
    { regexp: '^port = \\d+(.*)$', line: 'port = 2\\1', backrefs: true },
    'port = 2 # x\n',
  ],
  ['finds plain words', 'a[1]=0\n', { search_string: 'a[1]', line: 'a[1]=1' }, 'a[1]=1\n'],
  ['removes all that fit', 'a1\nb\na2\n', { regexp: '^a', state: 'absent' }, 'b\n'],
  ['removes the line itself', 'a\nab\n', { line: 'a', state: 'absent' }, 'ab\n'],
])('lineinfile %s', async (_, before, args, after) => {
  expect(await edit(lineinfile, before, args)).toMatchObject({ outcome: 'changed', after, again: 'ok' });
});

test.each<[string, string, Record<string, unknown>]>([
  ['the line is there', 'a\nb\n', { line: 'a' }],
  ['nothing fits and there are groups to take', 'a\n', { regexp: '^z', line: 'z', backrefs: true }],
  ['nothing is to be removed', 'a\n', { regexp: '^z', state: 'absent' }],
])('lineinfile leaves a file where %s', async (_, before, args) => {
  expect(await edit(lineinfile, before, args)).toMatchObject({ outcome: 'ok', after: before });
});

test('lineinfile changes what a link leads to, and asks for create', async () => {
  const directory = await temporary();
  const [real, place] = [join(directory, 'real'), join(directory, 'place')];
  await writeFile(real, 'a\n');
  await symlink(real, place);
  expect((await runHere(lineinfile, { path: place, line: 'b' })).outcome).toBe('changed');
  expect([(await lstat(place)).isSymbolicLink(), await readFile(real, 'utf8')]).toEqual([true, 'a\nb\n']);
  const missing = join(directory, 'none');
  expect(messagesOf(await runHere(lineinfile, { path: missing, line: 'b' }))).toEqual([
    `Cannot edit ${missing}: it is not there; create: yes makes it`,
  ]);
  expect((await runHere(lineinfile, { path: missing, line: 'b', create: true, mode: '0600' })).outcome).toBe(
    'changed',
  );
  expect((await lstat(missing)).mode & 0o777).toBe(0o600);
  expect((await runHere(lineinfile, { path: `${missing}2`, line: 'b', state: 'absent' })).outcome).toBe('ok');
});

test('a file that is no text is not edited', async () => {
  const path = join(await temporary(), 'x');
  await writeFile(path, Buffer.from([255, 10]));
  expect(messagesOf(await runHere(lineinfile, { path, line: 'b' }))).toEqual([
    `Cannot edit ${path}: it is not text in UTF-8`,
  ]);
});

const BLOCK = '# BEGIN ANSIBLE MANAGED BLOCK\nx\ny\n# END ANSIBLE MANAGED BLOCK\n';

test.each<[string, string, Record<string, unknown>, string]>([
  ['adds it', 'a', { block: 'x\ny' }, `a\n${BLOCK}`],
  ['puts it after what fits', 'a\nb\n', { block: 'x\ny\n', insertafter: '^a' }, `a\n${BLOCK}b\n`],
  ['puts it first', 'a\n', { block: 'x\ny\n', insertbefore: 'BOF' }, `${BLOCK}a\n`],
  ['replaces it', `a\n${BLOCK.replace('y\n', 'old\nolder\n')}b\n`, { block: 'x\ny\n' }, `a\n${BLOCK}b\n`],
  ['removes it', `a\n${BLOCK}b\n`, { state: 'absent' }, 'a\nb\n'],
  ['removes an empty one', `a\n${BLOCK}b\n`, { block: '' }, 'a\nb\n'],
  [
    'takes other marks',
    '',
    { block: 'x', marker: '; {mark}', marker_begin: 'on', marker_end: 'off' },
    '; on\nx\n; off\n',
  ],
])('blockinfile %s', async (_, before, args, after) => {
  expect(await edit(blockinfile, before, args)).toMatchObject({ outcome: 'changed', after, again: 'ok' });
});

test.each<[string, string, Record<string, unknown>, string]>([
  ['everywhere', 'a b a\na\n', { regexp: 'a', replace: 'c' }, 'c b c\nc\n'],
  ['at line starts', 'ab\nab\n', { regexp: '^a(.)$', replace: '\\1$&' }, 'b$&\nb$&\n'],
  ['after a mark', 'a\nM\na\n', { regexp: 'a', replace: 'c', after: 'M' }, 'a\nM\nc\n'],
  ['before a mark', 'a\nM\na\n', { regexp: 'a', replace: 'c', before: 'M' }, 'c\nM\na\n'],
  [
    'between marks',
    'a\nM\na\nN\na\n',
    { regexp: 'a', replace: 'c', after: 'M', before: 'N' },
    'a\nM\nc\nN\na\n',
  ],
])('replace %s', async (_, before, args, after) => {
  expect(await edit(replace, before, args)).toMatchObject({ outcome: 'changed', after, again: 'ok' });
});

test('a pattern that is none is an error', async () => {
  expect(messagesOf(await runHere(replace, { path: '/x', regexp: '(' }))[0]).toContain(
    'Cannot read "replace": "regexp" is wrong: it is no regular expression',
  );
});
