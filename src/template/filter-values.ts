/** What filters and tests take their arguments for; a throw's message is told as their error. */

/** A filter or test: the value before `|` or `is`, then its arguments; keyword arguments come as a last object. A throw's message is the error. */
export type Filter = (value: unknown, ...args: readonly unknown[]) => unknown;

/** Python's truth: none, false, zero, and what is empty are false. */
export function truthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`wants text, not ${describe(value)}`);
}

export function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`wants a list, not ${describe(value)}`);
}

export function mapping(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Error(`wants a mapping, not ${describe(value)}`);
}

export const isMapping = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  return Array.isArray(value)
    ? 'a list'
    : typeof value === 'object'
      ? 'a mapping'
      : `${typeof value} ${JSON.stringify(value)}`;
}

export const includes = (items: readonly unknown[], item: unknown): boolean =>
  items.some((one) => same(one, item));

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
