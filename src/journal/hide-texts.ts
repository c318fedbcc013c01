/** Words of our own, which a secret that happens to be equal must not take out of the record. */
const ownKeys = new Set(['type', 'run', 'step', 'change', 'outcome', 'severity', 'trouble', 'code']);

/** A value with `mask` applied to each text in it. */
export function hideTexts(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => hideTexts(item, mask));
  const entries = Object.entries(value).map(([key, inside]) => [
    mask(key),
    ownKeys.has(key) && typeof inside === 'string' ? inside : hideTexts(inside, mask),
  ]);
  return Object.fromEntries(entries);
}
