/** What stands in the place of a secret. */
export const maskText = '********';

/** Shorter ones are not looked for in running text, which would be full of masks: "1", "no", "web". */
const shortest = 4;

/** Replaces secrets in running text, as they are and as JSON and shell quoting write them. */
export function createMask(secrets: Iterable<string>): (text: string) => string {
  const written = [...secrets]
    .filter((secret) => secret.trim().length >= shortest)
    .flatMap((secret) => [secret, secret.replaceAll("'", String.raw`'\''`)])
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  if (written.length === 0) return (text) => text;
  const longestFirst = [...new Set(written)].sort((a, b) => b.length - a.length);
  const expression = new RegExp(longestFirst.map(escaped).join('|'), 'gu');
  return (text) => text.replaceAll(expression, maskText);
}

/** The same for bytes, whatever else they are. */
export function createByteMask(secrets: Iterable<string>): (bytes: Uint8Array) => Uint8Array {
  // One character of latin1 is one byte.
  const mask = createMask([...secrets].map((secret) => Buffer.from(secret).toString('latin1')));
  return (bytes) => Buffer.from(mask(Buffer.from(bytes).toString('latin1')), 'latin1');
}

/** A value with every text and number in it that is a secret, or holds one, hidden; here short ones too. */
export function maskValue(value: unknown, secrets: ReadonlySet<string>): unknown {
  const mask = createMask(secrets);
  const hide = (item: unknown): unknown => {
    if (typeof item === 'string') return secrets.has(item) ? maskText : mask(item);
    if (typeof item === 'number') return secrets.has(String(item)) ? maskText : item;
    if (Array.isArray(item)) return item.map(hide);
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(Object.entries(item).map(([key, inside]) => [key, hide(inside)]));
  };
  return hide(value);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/gu, String.raw`\$&`);
}
