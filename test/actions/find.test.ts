import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { find } from '../../src/actions/find.ts';
import { fnmatch } from '../../src/actions/host/fnmatch.ts';
import { messagesOf, runHere, temporary } from './on-this-host.ts';

const HOUR = 3600;

/** A tree with a name that no line holds, a link to a directory, and an old file. */
async function planted(): Promise<string> {
  const root = await temporary();
  await mkdir(join(root, 'a/b/c'), { recursive: true });
  await writeFile(join(root, 'new.log'), 'one\nerror: two\n', { mode: 0o640 });
  await writeFile(join(root, 'old.log'), 'x'.repeat(3000));
  await writeFile(join(root, '.hidden'), '');
  await writeFile(join(root, 'a/two\nlines.log'), 'no error:\n');
  await writeFile(join(root, 'a/b/deep.txt'), '');
  await writeFile(join(root, 'a/b/c/deepest.txt'), '');
  await symlink('a/b', join(root, 'link'));
  const then = Date.now() / 1000 - 5 * HOUR;
  await utimes(join(root, 'old.log'), then, then);
  return root;
}

test('find chooses by name, kind, age, size, depth and what is in a file', async () => {
  const root = await planted();
  const found = async (args: object): Promise<readonly string[]> => {
    const { result, diagnostics } = await runHere(find, { paths: root, ...args });
    expect(diagnostics).toEqual([]);
    const files = result?.['files'] as readonly { readonly path: string }[];
    expect(result?.['matched']).toBe(files.length);
    return files.map(({ path }) => path.slice(root.length + 1));
  };
  const all = { recurse: true };
  expect(await found({})).toEqual(['new.log', 'old.log']);
  expect(await found({ hidden: true, patterns: '.*' })).toEqual(['.hidden']);
  expect(await found({ ...all, patterns: '*.log,deep*' })).toEqual([
    'a/b/c/deepest.txt',
    'a/b/deep.txt',
    'a/two\nlines.log',
    'new.log',
    'old.log',
  ]);
  expect(await found({ ...all, patterns: ['*.txt'], excludes: ['*est*'] })).toEqual(['a/b/deep.txt']);
  expect(await found({ ...all, patterns: '(new|old)', use_regex: true, excludes: 'n' })).toEqual(['old.log']);
  expect(await found({ ...all, file_type: 'directory' })).toEqual(['a', 'a/b', 'a/b/c']);
  expect(await found({ ...all, file_type: 'directory', depth: 2 })).toEqual(['a', 'a/b']);
  expect(await found({ file_type: 'link' })).toEqual(['link']);
  expect(await found({ ...all, follow: true, patterns: 'deep.txt' })).toEqual([
    'a/b/deep.txt',
    'link/deep.txt',
  ]);
  expect(await found({ age: '4h' })).toEqual(['old.log']);
  expect(await found({ age: '-4h' })).toEqual(['new.log']);
  expect(await found({ size: '2k' })).toEqual(['old.log']);
  expect(await found({ size: '-2k', file_type: 'any' })).toEqual(['a', 'link', 'new.log']);
  expect(await found({ ...all, contains: String.raw`err\w+:` })).toEqual(['new.log']);
});

test('find tells of each file what stat does, and what it could not look at', async () => {
  const root = await planted();
  const { result } = await runHere(find, {
    paths: [`${root}/`, '/none/here'],
    patterns: 'new.*',
    get_checksum: true,
  });
  expect(result).toMatchObject({
    examined: 5,
    skipped_paths: { '/none/here': "'/none/here' is not a directory" },
    msg: 'Not all paths examined, check warnings for details',
    files: [
      {
        path: `${root}/new.log`,
        mode: '0640',
        size: 15,
        isreg: true,
        isdir: false,
        rusr: true,
        xoth: false,
        checksum: '7a36917f8038afda22faff960fce664482fa8976',
      },
    ],
  });
});

test.each<[object, string]>([
  [{}, '"paths" is missing'],
  [{ paths: 'x' }, '"paths" is wrong: "x" is among it; absolute paths are wanted'],
  [{ paths: '/x', age: '1y' }, '"age" is wrong: it is "1y"; a number with s, m, h, d or w is wanted'],
  [{ paths: '/x', size: 'big' }, '"size" is wrong: it is "big"; a number with b, k, m, g or t is wanted'],
  [{ paths: '/x', patterns: '(', use_regex: true }, 'it is no regular expression: ('],
  [{ paths: '/x', read_whole_file: true }, '"read_whole_file" can\'t be used: it is not supported yet'],
])('find refuses %j', async (args, what) => {
  expect(messagesOf(await runHere(find, args))).toEqual([`Cannot read "find": ${what}`]);
});

test.each([
  ['*.log', 'a.log', true],
  ['?', 'ab', false],
  ['[!a-c]x', 'dx', true],
  ['[!a-c]x', 'ax', false],
  ['[]]', ']', true],
  ['a+b', 'a+b', true],
  ['a[', 'a[', true],
  [String.raw`\*`, '*', false],
])('the shell pattern %s fits %s: %s', (pattern, name, fits) => {
  expect(fnmatch(pattern).test(name)).toBe(fits);
});
