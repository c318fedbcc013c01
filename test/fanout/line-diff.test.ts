import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffLines } from '../../src/fanout/line-diff.ts';

const shown = (before: string, after: string): string =>
  diffLines([...before], [...after])
    .map(({ sign, text }) => `${sign}${text}`)
    .join(' ');

test.each([
  ['abc', 'abc', ' a  b  c'],
  ['abc', 'axc', ' a -b +x  c'],
  ['', 'ab', '+a +b'],
  ['ab', '', '-a -b'],
  ['abcabba', 'cbabac', '-a -b  c +b  a  b -b  a +c'],
])('%s to %s', (before, after, expected) => {
  expect(shown(before, after)).toBe(expected);
});

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });

test('both texts can be read from the difference, which is a shortest one', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const difference = diffLines(before, after);
      expect(difference.filter(({ sign }) => sign !== '+').map(({ text }) => text)).toEqual(before);
      expect(difference.filter(({ sign }) => sign !== '-').map(({ text }) => text)).toEqual(after);
      const kept = difference.filter(({ sign }) => sign === ' ').length;
      expect(kept).toBe(longestCommon(before, after));
    }),
  );
});

test('texts without anything in common are shown one after the other, however long', () => {
  const before = Array.from({ length: 3000 }, (_, index) => `a${index}`);
  const after = Array.from({ length: 3000 }, (_, index) => `b${index}`);
  expect(diffLines(before, after)).toHaveLength(6000);
});

function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, () => 0);
  for (const x of a) {
    const next = [0];
    for (const [index, y] of b.entries())
      next.push(x === y ? (row[index] ?? 0) + 1 : Math.max(next[index] ?? 0, row[index + 1] ?? 0));
    row = next;
  }
  return row.at(-1) ?? 0;
}
