import { createHash } from 'node:crypto';

const SIZE = 624;

/** Gives a whole number from 0 to below `below` at each call. Throws when there is none. */
export type Draw = (below: number) => number;

/**
 * What Python's `random.Random(seed)` draws, so that a seed gives here what it gives in Ansible. The generator is the
 * Mersenne Twister MT19937; a text is a seed by its bytes with their SHA-512 behind them.
 */
export function seededDraw(seed: string | number): Draw {
  const next = twister(wordsOf(seed));
  return (below) => {
    if (below < 1) throw new Error('has nothing to choose from');
    const bits = below.toString(2).length;
    for (;;) {
      const drawn = bits <= 32 ? next() >>> (32 - bits) : next() + (next() >>> (64 - bits)) * 2 ** 32;
      if (drawn < below) return drawn;
    }
  };
}

/** The items in another order, the one of Python's `shuffle`. */
export function shuffled(items: readonly unknown[], draw: Draw): readonly unknown[] {
  const mixed = [...items];
  for (let index = mixed.length - 1; index > 0; index--) {
    const other = draw(index + 1);
    [mixed[index], mixed[other]] = [mixed[other], mixed[index]];
  }
  return mixed;
}

/** A seed as 32-bit words, the lowest first. */
function wordsOf(seed: string | number): readonly number[] {
  let whole: bigint;
  if (typeof seed === 'number') whole = BigInt(Math.abs(Math.trunc(seed)));
  else {
    const bytes = Buffer.from(seed);
    const all = Buffer.concat([bytes, createHash('sha512').update(bytes).digest()]);
    whole = BigInt(`0x${all.toString('hex')}`);
  }
  const words: number[] = [];
  for (let rest = whole; rest > 0n; rest >>= 32n) words.push(Number(rest & 0xffffffffn));
  return words.length > 0 ? words : [0];
}

function twister(key: readonly number[]): () => number {
  const state = initialState(key);
  const at = (index: number): number => state[index % SIZE] ?? 0;
  let used = SIZE;
  const refill = (): void => {
    for (let index = 0; index < SIZE; index++) {
      const mixed = (at(index) & 0x80000000) | (at(index + 1) & 0x7fffffff);
      state[index] = at(index + 397) ^ (mixed >>> 1) ^ ((mixed & 1) === 1 ? 0x9908b0df : 0);
    }
    used = 0;
  };
  return () => {
    if (used === SIZE) refill();
    let drawn = at(used++);
    drawn ^= drawn >>> 11;
    drawn ^= (drawn << 7) & 0x9d2c5680;
    drawn ^= (drawn << 15) & 0xefc60000;
    return (drawn ^ (drawn >>> 18)) >>> 0;
  };
}

/** `init_by_array` of the generator's authors. */
function initialState(key: readonly number[]): Uint32Array {
  const state = new Uint32Array(SIZE);
  const at = (index: number): number => state[index] ?? 0;
  const scrambled = (index: number): number => at(index - 1) ^ (at(index - 1) >>> 30);
  state[0] = 19650218;
  for (let index = 1; index < SIZE; index++) state[index] = Math.imul(1812433253, scrambled(index)) + index;
  let index = 1;
  const advance = (): void => {
    index++;
    if (index < SIZE) return;
    state[0] = at(SIZE - 1);
    index = 1;
  };
  for (let round = 0; round < Math.max(SIZE, key.length); round++) {
    const part = round % key.length;
    state[index] = (at(index) ^ Math.imul(scrambled(index), 1664525)) + (key[part] ?? 0) + part;
    advance();
  }
  for (let round = 1; round < SIZE; round++) {
    state[index] = (at(index) ^ Math.imul(scrambled(index), 1566083941)) - index;
    advance();
  }
  state[0] = 0x80000000;
  return state;
}
