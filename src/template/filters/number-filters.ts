import { named, numberOr } from '../filter-arguments.ts';
import type { Filter } from '../filter-values.ts';
import { itemsOf, text, truthy } from '../filter-values.ts';
import { seededDraw, shuffled } from '../python-random.ts';

/** Filters of numbers. */
export const numberFilters: Readonly<Record<string, Filter>> = {
  int: (value, ...args) => {
    const { default: otherwise = 0, base } = named(args, ['default', 'base']);
    return integer(value, numberOr(base, 10)) ?? otherwise;
  },
  /** What "float" makes a number of, or else this. */
  __number: (value, ...args) => {
    const { default: otherwise = 0 } = named(args, ['default']);
    const isNumber =
      typeof value === 'string' && /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/iu.test(value);
    if (isNumber) return value.trim();
    return typeof value === 'number' || typeof value === 'boolean' ? Number(value) : otherwise;
  },
  log: (value, ...args) => {
    const { base } = named(args, ['base']);
    const number = numberOr(value, NaN);
    if (base === undefined) return Math.log(number);
    if (base === 10) return Math.log10(number);
    return base === 2 ? Math.log2(number) : Math.log(number) / Math.log(numberOr(base, NaN));
  },
  pow: (value, exponent) => numberOr(value, NaN) ** numberOr(exponent, NaN),
  root: (value, ...args) => {
    const base = numberOr(named(args, ['base'])['base'], 2);
    const number = numberOr(value, NaN);
    if (base === 2) return Math.sqrt(number);
    return base === 3 ? Math.cbrt(number) : number ** (1 / base);
  },
  /** `round` with a method; the engine's own has none. */
  __round: (value, ...args) => {
    const { precision, method = 'common' } = named(args, ['precision', 'method']);
    const [number, power] = [numberOr(value, NaN), 10 ** numberOr(precision, 0)];
    if (method === 'ceil') return Math.ceil(number * power) / power;
    if (method === 'floor') return Math.floor(number * power) / power;
    if (method === 'common') return evenly(number * power) / power;
    throw new Error('knows the methods "common", "ceil" and "floor"');
  },
  human_readable: (value, ...args) => {
    const { isbits, unit } = named(args, ['isbits', 'unit']);
    return humanReadable(numberOr(value, NaN), truthy(isbits) ? 'bits' : 'Bytes', unit ?? undefined);
  },
  human_to_bytes: (value, ...args) => {
    const { default_unit: unit, isbits } = named(args, ['default_unit', 'isbits']);
    return humanToBytes(text(value), unit === undefined ? undefined : text(unit), truthy(isbits));
  },
  random: (value, ...args) => {
    const { start, step, seed } = named(args, ['start', 'step', 'seed']);
    const draw = seededDraw(seedOf(seed));
    if (typeof value !== 'number') {
      const items = itemsOf(value);
      return items[draw(items.length)];
    }
    const [from, stride] = [numberOr(start, 0), numberOr(step, 1) || 1];
    const count = Math.ceil((value - from) / stride);
    if (count < 1) throw new Error(`has nothing to choose from between ${from} and ${value}`);
    return from + stride * draw(count);
  },
  shuffle: (value, ...args) => shuffled(itemsOf(value), seededDraw(seedOf(named(args, ['seed'])['seed']))),
};

function seedOf(seed: unknown): string | number {
  if (typeof seed === 'string' || typeof seed === 'number') return seed;
  throw new Error('wants a seed, as in random(seed=inventory_hostname): a plan must come out the same twice');
}

/** As Python's int(): the whole text must be a number; one with a fraction is cut off. */
function integer(value: unknown, base: number): number | undefined {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number') return Math.trunc(value);
  if (typeof value !== 'string') return undefined;
  const written = value.trim().replaceAll(/(?<=\w)_(?=\w)/gu, '');
  if (base === 10)
    return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/iu.test(written)
      ? Math.trunc(Number(written))
      : undefined;
  const [, sign = '', digits = ''] = /^([-+]?)(?:0[xob])?([0-9a-z]+)$/iu.exec(written) ?? [];
  const legal = [...digits.toLowerCase()].every((digit) => Number.parseInt(digit, 36) < base);
  return digits === '' || !legal ? undefined : Number.parseInt(`${sign}${digits}`, base);
}

/** A half goes to the even neighbour, as in Python. */
function evenly(number: number): number {
  const down = Math.floor(number);
  if (number - down !== 0.5) return Math.round(number);
  return down % 2 === 0 ? down : down + 1;
}

const UNITS: Readonly<Record<string, number>> = {
  Y: 2 ** 80,
  Z: 2 ** 70,
  E: 2 ** 60,
  P: 2 ** 50,
  T: 2 ** 40,
  G: 2 ** 30,
  M: 2 ** 20,
  K: 2 ** 10,
  B: 1,
};

function humanReadable(size: number, base: 'bits' | 'Bytes', unit: unknown): string {
  const wanted = unit === undefined ? undefined : text(unit).toUpperCase();
  const found = Object.entries(UNITS).find(([suffix, limit]) =>
    wanted === undefined ? size >= limit : wanted === suffix,
  );
  const [suffix, limit] = found ?? ['B', 1];
  return `${(size / limit).toFixed(2)} ${limit === 1 ? base : `${suffix}${base.slice(0, 1)}`}`;
}

function humanToBytes(size: string, otherwise: string | undefined, isBits: boolean): number {
  const { number = '', unit = otherwise } =
    /^\s*(?<number>\d*\.?\d*)\s*(?<unit>[A-Za-z]+)?/u.exec(size)?.groups ?? {};
  if (!/\d/u.test(number)) throw new Error(`can't read "${size}" as a size, as in 10M`);
  if (unit === undefined) return evenly(Number(number));
  const limit = UNITS[unit.slice(0, 1).toUpperCase()];
  if (limit === undefined)
    throw new Error(`knows no unit "${unit}"; ${Object.keys(UNITS).join(', ')} are there`);
  const [letter, word] = isBits ? ['b', 'bit'] : ['B', 'byte'];
  if (unit.length > 1 && !unit.toLowerCase().includes(word) && unit.charAt(1) !== letter)
    throw new Error(`knows no unit "${unit}"; ${unit.charAt(0)}${letter} is one`);
  return evenly(Number(number) * limit);
}
