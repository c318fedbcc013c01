import { expect, test } from 'vitest';
import { batchesOf, batchSizes } from '../../src/fanout/batches.ts';

test.each([
  ['2', [2]],
  ['25%', [2]],
  ['1%', [1]],
  ['200%', [10]],
  ['1,10%, 100%', [1, 1, 10]],
  ['0', undefined],
  ['2,x', undefined],
  ['', undefined],
])('%s of ten hosts', (serial, sizes) => {
  expect(batchSizes(serial, 10)).toEqual(sizes);
});

test('the last size holds for all that is left', () => {
  expect(batchesOf(['a', 'b', 'c', 'd', 'e', 'f'], [1, 2])).toEqual([['a'], ['b', 'c'], ['d', 'e'], ['f']]);
  expect(batchesOf([], [3])).toEqual([]);
});
