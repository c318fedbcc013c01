/** A filter or test: the value before `|` or `is`, then its arguments; keyword arguments come as a last object. A throw's message is the error. */
export type Filter = (value: unknown, ...args: readonly unknown[]) => unknown;

/** Python's truth: none, false, zero, and what is empty are false. */
export function truthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** The text that is wanted; a number or boolean is written as one. Throws when it is none of these. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`wants text, not ${describe(value)}`);
}

/** The list that is wanted. Throws when it is none. */
export function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`wants a list, not ${describe(value)}`);
}

/** The mapping that is wanted. Throws when it is none. */
export function mapping(value: unknown): Readonly<Record<string, unknown>> {
  if (isMapping(value)) return value;
  throw new Error(`wants a mapping, not ${describe(value)}`);
}

/** What Python goes through in a loop: a list's items, a text's letters, a mapping's keys. */
export function itemsOf(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return [...value];
  return isMapping(value) ? Object.keys(value) : list(value);
}

/** Whether it is a mapping of plain data. */
export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  return Array.isArray(value)
    ? 'a list'
    : typeof value === 'object'
      ? 'a mapping'
      : `${typeof value} ${JSON.stringify(value)}`;
}

/** Whether an item like this one is among these. */
export const includes = (items: readonly unknown[], item: unknown): boolean =>
  items.some((one) => same(one, item));

/** Whether two values of plain data are alike. */
export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
