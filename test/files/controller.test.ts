import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createController } from '../../src/files/controller.ts';

const home = mkdtempSync(join(tmpdir(), 'pvefleet-controller-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const controller = createController({ directories: [home], home });

test('lookups and tasks look for files in the same places, the folder first although it is written already', () => {
  mkdirSync(join(home, 'files/files'), { recursive: true });
  for (const path of ['files/x', 'files/files/x']) writeFileSync(join(home, path), '');
  expect(controller.find('files/x', 'files')).toBe(join(home, 'files/files/x'));
  expect(controller.placesOf('~/x', 'files')).toEqual([join(homedir(), 'x')]);
});

test('a glob is what Python takes for one', () => {
  mkdirSync(join(home, 'glob'));
  for (const name of ['a.c', 'b.c', 'abc', '.hidden', '^']) writeFileSync(join(home, 'glob', name), '');
  const names = (pattern: string) =>
    controller.glob(join(home, 'glob', pattern)).map((path) => path.slice(join(home, 'glob/').length));
  expect(names('*.c')).toEqual(['a.c', 'b.c']);
  expect(names('[!a].c')).toEqual(['b.c']);
  expect(names('[^a]*')).toEqual(['^', 'a.c', 'abc']);
  expect(names('.h*')).toEqual(['.hidden']);
  // A range that is none fits nothing.
  expect(names('[z-a]')).toEqual([]);
});
