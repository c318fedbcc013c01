import { isMapping } from './filter-values.ts';

/**
 * A filter's arguments by these names, in place or by keyword. The engine hands keyword arguments over as a last mapping:
 * one whose keys are all names is taken for it.
 */
export function named(args: readonly unknown[], names: readonly string[]): Readonly<Record<string, unknown>> {
  const last = args.at(-1);
  const keywords = isMapping(last) ? last : {};
  const keys = Object.keys(keywords);
  const isNamed = keys.length > 0 && keys.every((key) => names.includes(key));
  const placed = isNamed ? args.slice(0, -1) : args;
  if (placed.length > names.length) throw new Error(`takes ${names.length} arguments, not ${placed.length}`);
  const byPlace = Object.fromEntries(placed.map((value, index) => [names[index] ?? '', value]));
  return { ...byPlace, ...(isNamed && keywords) };
}

/** A number, or this where none is given. */
export function numberOr(value: unknown, otherwise: number): number {
  if (value === undefined || value === null) return otherwise;
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  throw new Error(`wants a number, not ${JSON.stringify(value)}`);
}
