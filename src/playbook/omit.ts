/** What the variable `omit` gives: an argument with this value counts as not written. */
export const OMITTED = '__omit_this_argument__';

/** A rendered value without what is omitted in it. */
export function withoutOmitted(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== OMITTED).map(withoutOmitted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) =>
      item === OMITTED ? [] : [[key, withoutOmitted(item)] as const],
    ),
  );
}
