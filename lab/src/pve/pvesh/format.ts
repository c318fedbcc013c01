/** A result as `pvesh` prints it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Canonical JSON: keys by name, as Perl's JSON module writes it. */
export function toJson(value: Json): string {
  if (isList(value)) return `[${value.map(toJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${keysOf(value)
    .map((key) => `${JSON.stringify(key)}:${toJson(value[key] ?? null)}`)
    .join(',')}}`;
}

/** The same with three blanks of indent and ` : ` after a key. */
export function toPrettyJson(value: Json, indent = ''): string {
  const inner = `${indent}   `;
  if (isList(value))
    return value.length === 0
      ? '[]'
      : `[\n${value.map((item) => inner + toPrettyJson(item, inner)).join(',\n')}\n${indent}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const keys = keysOf(value);
  if (keys.length === 0) return '{}';
  return `{\n${keys.map((key) => `${inner}${JSON.stringify(key)} : ${toPrettyJson(value[key] ?? null, inner)}`).join(',\n')}\n${indent}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function keysOf(value: { readonly [key: string]: Json }): readonly string[] {
  return Object.keys(value).toSorted();
}

/** A value as a word: a list or an object as JSON, nothing as the empty text. */
export function plainText(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? toJson(value) : String(value);
}
