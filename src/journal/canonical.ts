/**
 * JSON in its one canonical form (RFC 8785): keys sorted by UTF-16 code units, no spaces, numbers and texts as ECMAScript
 * writes them. Equal values have equal texts, so a hash of the text is a hash of the value. What JSON.stringify leaves out
 * (undefined, functions) is left out; a number that JSON cannot say is a bug of the caller.
 */
export function canonical(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map(orNull).join(',')}]`;
  if (typeof value === 'object') return ofObject(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  throw new TypeError(`JSON has no ${typeof value === 'number' ? value : typeof value}`);
}

/** Whether a text that JSON.parse gave this value for is its canonical one. */
export function isCanonical(text: string, value: unknown): boolean {
  // Far cheaper than to write it anew. JSON.parse keeps the order of keys, but of those that are whole numbers.
  if (hasSortedKeys(value) && JSON.stringify(value) === text) return true;
  return canonical(value) === text;
}

function ofObject(value: object): string {
  const inside: Readonly<Record<string, unknown>> = { ...value };
  let members = '';
  // The default order is that of UTF-16 code units.
  for (const key of Object.keys(inside).sort()) {
    const member = inside[key];
    if (isSaid(member)) members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${canonical(member)}`;
  }
  return `{${members}}`;
}

function hasSortedKeys(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(hasSortedKeys);
  let before = '';
  for (const [key, inside] of Object.entries(value)) {
    if (key < before || !hasSortedKeys(inside)) return false;
    before = key;
  }
  return true;
}

const isSaid = (value: unknown): boolean => value !== undefined && typeof value !== 'function';

const orNull = (value: unknown): string => (isSaid(value) ? canonical(value) : 'null');
