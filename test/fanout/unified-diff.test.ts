import { expect, test } from 'vitest';
import { unifiedDiff } from '../../src/fanout/unified-diff.ts';

const lines = (...numbers: readonly (number | string)[]): string =>
  numbers.map((each) => `${each}\n`).join('');

test('equal texts have no difference', () => {
  expect(unifiedDiff('a\nb\n', 'a\nb\n')).toEqual([]);
});

test('each difference has three lines around it, as diff -u has', () => {
  const before = lines(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
  const after = lines(1, 'two', 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
  expect(unifiedDiff(before, after)).toEqual([
    '@@ -1,5 +1,5 @@',
    ' 1',
    '-2',
    '+two',
    ' 3',
    ' 4',
    ' 5',
    '@@ -10,3 +10,4 @@',
    ' 10',
    ' 11',
    ' 12',
    '+13',
  ]);
});

test('a missing line end is a difference', () => {
  expect(unifiedDiff('a\n', 'a')).toEqual(['@@ -1 +1,2 @@', ' a', '+\\ No newline at end of file']);
});

test('against nothing all is new', () => {
  expect(unifiedDiff('', 'a\n')).toEqual(['@@ -0,0 +1 @@', '+a']);
});
