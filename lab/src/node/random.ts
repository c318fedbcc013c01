import { randomBytes } from 'node:crypto';
import type { Random } from '../machine.ts';

/** Random values; with a seed the same row of them each time. */
export function randomValues(seed?: number): Random {
  const bytes = seed === undefined ? randomBytes : seededBytes(seed);
  const hex = (digits: number): string =>
    bytes(Math.ceil(digits / 2))
      .toString('hex')
      .slice(0, digits);
  return {
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'.charAt((bytes(1)[0] ?? 0) % 4)}${hex(3)}-${hex(12)}`,
    mac: () => `BC:24:11:${hex(2)}:${hex(2)}:${hex(2)}`.toUpperCase(),
  };
}

/** A linear congruential generator (the constants of Numerical Recipes): enough for values that must only differ. */
function seededBytes(seed: number): (count: number) => Buffer {
  let state = seed >>> 0;
  return (count) =>
    Buffer.from(
      Array.from({ length: count }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state >>> 24;
      }),
    );
}
