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

test('of a lock that ends in "#2" two may have it, and the third waits for either', async () => {
  const locks = createLocks();
  const had: string[] = [];
  const waits: string[] = [];
  const take = async (taker: string): Promise<() => void> => {
    const giveBack = await locks.take(
      ['moves#2'],
      taker,
      (held) => void waits.push(...held.map(({ name }) => name)),
    );
    had.push(taker);
    return giveBack;
  };
  await take('one');
  const second = await take('two');
  const third = take('three');
  const fourth = take('four');
  expect(had).toEqual(['one', 'two']);
  second();
  (await third)();
  await fourth;
  expect(had).toEqual(['one', 'two', 'three', 'four']);
  expect(waits).toEqual(['moves#2', 'moves#2']);
});
