import { chmod, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeDirectory } from '../../src/files/make-directory.ts';

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-files-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test('a directory is made with those above it, and one that is there is left as it is', async () => {
  const directory = await newDirectory();
  const path = join(directory, 'a', 'b', 'c');
  await makeDirectory(path, 0o700);
  const modes = await Promise.all(['a', 'a/b', 'a/b/c'].map((each) => stat(join(directory, each))));
  expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o700, 0o700]);
  await chmod(path, 0o750);
  await Promise.all([makeDirectory(path, 0o700), makeDirectory(join(directory, 'a'))]);
  expect((await stat(path)).mode & 0o777).toBe(0o750);
  await symlink(path, join(directory, 'link'));
  await makeDirectory(join(directory, 'link', 'd'));
  expect((await stat(join(path, 'd'))).isDirectory()).toBe(true);
});

test('what can not be made is said, and does not try for ever', async () => {
  const directory = await newDirectory();
  await writeFile(join(directory, 'file'), '');
  await expect(makeDirectory(join(directory, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeDirectory(join(directory, 'file', 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(makeDirectory('/proc/pvefleet/state')).rejects.toThrow('nothing can be made in /proc');
});
