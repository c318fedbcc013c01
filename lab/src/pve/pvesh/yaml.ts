import type { Json } from './format.ts';

/** A result as YAML::XS writes it: lists not indented below their key, strings quoted where they would read as something else. */
export function toYaml(value: Json): string {
  return `---${block(value, '', ' ')}`;
}

/** What follows a key, a dash or the beginning, with the line's end; `gap` stands before a plain value. */
function block(value: Json, indent: string, gap: string): string {
  if (typeof value !== 'object' || value === null) return `${gap}${scalar(value)}\n`;
  if (isList(value)) {
    if (value.length === 0) return `${gap}[]\n`;
    return `\n${value.map((item) => `${indent}-${inList(item, indent)}`).join('')}`;
  }
  const keys = Object.keys(value).toSorted();
  if (keys.length === 0) return `${gap}{}\n`;
  return `\n${keys.map((key) => `${indent}${entry(key, value[key] ?? null, indent)}`).join('')}`;
}

function entry(key: string, value: Json, indent: string): string {
  const inner = typeof value === 'object' && value !== null && !isList(value) ? `${indent}  ` : indent;
  return `${scalar(key)}:${block(value, inner, ' ')}`;
}

/** An item of a list: a mapping begins in the dash's own line. */
function inList(item: Json, indent: string): string {
  return block(item, `${indent}  `, ' ').replace(/^\n +/, ' ');
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function scalar(value: string | number | boolean | null): string {
  if (value === null) return '~';
  if (typeof value !== 'string') return String(value);
  if (/[\n\t]/.test(value)) return JSON.stringify(value);
  const isPlain = /^[^\s!&*,[\]{}#|>@`"'%?:~-]/.test(value) || /^(?:[?:-])(?=\S)/.test(value);
  const needsQuotes =
    value === '' ||
    !isPlain ||
    /: |:$| #|\s$/.test(value) ||
    /^(?:[+-]?(?:\d[\d_]*)?\.?\d+(?:e[+-]?\d+)?|0x[\da-f]+|true|false|null|y|n|yes|no|on|off)$/i.test(value);
  return needsQuotes ? `'${value.replaceAll("'", "''")}'` : value;
}
