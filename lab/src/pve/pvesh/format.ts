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

/** The default form: a string as it is, an object as a table of keys and values; undefined for what the lab has no table for. */
export function toText(value: Json): string | undefined {
  if (value === null) return '';
  if (typeof value !== 'object') return `${value}\n`;
  if (isList(value) || Object.values(value).some((one) => typeof one === 'object')) return undefined;
  const rows = keysOf(value).map((key) => [key, plainText(value[key])] as const);
  const left = Math.max(3, ...rows.map(([key]) => key.length));
  const right = Math.max(5, ...rows.map(([, text]) => text.length));
  const rule = (mark: string): string => `+${mark.repeat(left + 2)}+${mark.repeat(right + 2)}+\n`;
  const line = (key: string, text: string): string => `| ${key.padEnd(left)} | ${text.padEnd(right)} |\n`;
  return (
    rule('-') +
    line('key', 'value') +
    rule('=') +
    rows.map(([key, text]) => line(key, text) + rule('-')).join('')
  );
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function keysOf(value: { readonly [key: string]: Json }): readonly string[] {
  return Object.keys(value).toSorted();
}

function plainText(value: Json | undefined): string {
  return typeof value === 'object' ? toJson(value) : String(value ?? '');
}
