import { expect, test } from 'vitest';
import { createLocks } from '../../src/apply/locks.ts';

test('who waits is told for which locks, and again when these become others', async () => {
  const locks = createLocks();
  const told: string[] = [];
  const take = (taker: string, ...names: readonly string[]) =>
    locks.take(names, taker, (held) => {
      told.push(`${taker}: ${held.map(({ name, heldBy }) => `${name} of ${heldBy}`).join(', ')}`);
    });
  const first = await take('one', 'a');
  const second = await take('two', 'b');
  const third = take('three', 'a', 'b', 'c');
  const fourth = take('four', 'a');
  first();
  // The first in the line that can go on does, though another came before it.
  (await fourth)();
  second();
  (await third)();
  expect(told).toEqual(['three: a of one, b of two', 'four: a of one', 'three: b of two']);
});
