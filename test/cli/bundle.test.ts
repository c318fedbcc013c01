import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';

const directory = join(import.meta.dirname, '..', '..', 'dist', 'command');
const read = (file: string): string => readFileSync(join(directory, file), 'utf8');

/** Files that a file of the program is loaded with, itself among them. */
function loadedWith(file: string): ReadonlySet<string> {
  const found = new Set([file]);
  for (const each of found)
    for (const [, path = ''] of read(each).matchAll(/^(?!.*=> require).*require\("(\.\/[^"]+)"\)/gmu))
      found.add(basename(path));
  return found;
}

test('help and wrong usage of a command load nothing of SSH, plans or playbooks', () => {
  const [start = ''] = [...loadedWith('main.cjs')].filter((file) => file.startsWith('start-'));
  // A file of settings is read by what reads inventories.
  const lazily = [...read(start).matchAll(/=> require\("\.\/(?!read-config-)([^"]+)"\)/gu)];
  expect(lazily.length).toBeGreaterThan(35);
  const large = lazily.flatMap(([, file = '']) => {
    const bytes = [...loadedWith(file)].reduce((sum, each) => sum + read(each).length, 0);
    return bytes > 200_000 ? [file] : [];
  });
  expect(large).toEqual([]);
});
