import { expect, test } from 'vitest';
import { caseKinds, readCases } from './case.ts';

/** "(demands 3 and 4)", "(pitfall 8, demand 8)": the numbers that cases name in their first lines. */
function numbersOf(word: 'demand' | 'pitfall'): ReadonlySet<number> {
  const lists = new RegExp(`${word}s? (?<list>\\d+(?:(?:, | and )\\d+)*)`, 'gu');
  return new Set(
    caseKinds.flatMap((kind) =>
      readCases(kind).flatMap(({ about }) =>
        [...about.matchAll(lists)].flatMap(
          ({ groups }) => groups?.['list']?.split(/, | and /u).map(Number) ?? [],
        ),
      ),
    ),
  );
}

const range = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

test('each demand of users, and each pitfall of PVE, that is about guests has a case that names it', () => {
  const missing = (word: 'demand' | 'pitfall', wanted: readonly number[]): readonly number[] => {
    const there = numbersOf(word);
    return wanted.filter((number) => !there.has(number));
  };
  expect(missing('demand', [...range(1, 15), 19])).toEqual([]);
  expect(missing('pitfall', [...range(6, 15), ...range(23, 25)])).toEqual([]);
});

test('there are at least 120 cases, and at least 40 refusals among them', () => {
  const all = caseKinds.flatMap((kind) => readCases(kind));
  expect(all.length).toBeGreaterThanOrEqual(120);
  expect(all.filter(({ refused }) => refused.length > 0).length).toBeGreaterThanOrEqual(40);
});
