/**
 * JSON in its one canonical form (RFC 8785): keys sorted by UTF-16 code units, no spaces, numbers and texts as ECMAScript
 * writes them. Equal values have equal texts, so a hash of the text is a hash of the value. What JSON.stringify leaves out
 * (undefined, functions) is left out; a number that JSON cannot say is a bug of the caller.
 */
export function canonical(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`);
      return JSON.stringify(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? `[${value.map(orNull).join(',')}]` : ofObject(value);
    default:
      throw new TypeError(`JSON has no ${typeof value}`);
  }
}

function ofObject(value: object): string {
  const members: string[] = [];
  for (const [key, inside] of Object.entries(value).sort(byKey)) {
    if (isSaid(inside)) members.push(`${JSON.stringify(key)}:${canonical(inside)}`);
  }
  return `{${members.join(',')}}`;
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

const isSaid = (value: unknown): boolean => value !== undefined && typeof value !== 'function';

const orNull = (value: unknown): string => (isSaid(value) ? canonical(value) : 'null');
