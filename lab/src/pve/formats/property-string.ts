import { die } from '../failure.ts';
import { keysOf } from './named.ts';
import type { Properties, Schema } from '../schema/types.ts';
import { formatSize, parseBoolean } from './values.ts';

/** The keys of a property string and their values. */
export type PropertyValues = Record<string, string>;

/**
 * Splits `virtio=BC:24:11:00:00:01,bridge=vmbr0` into keys and values, default key and aliases resolved; the values are not checked. Keys in
 * `skip` are dropped unread. Throws Failure in PVE's words.
 */
export function splitProperties(table: Properties, text: string, skip: readonly string[]): PropertyValues {
  const out: PropertyValues = {};
  let usedDefault: string | undefined;
  for (const part of splitParts(text)) {
    if (/^\s*$/.test(part)) continue;
    const pair = /^([^=]+)=(.+)$/s.exec(part);
    if (pair !== null) {
      if (!skip.includes(pair[1] ?? '')) addPair(out, table, pair[1] ?? '', pair[2] ?? '');
    } else if (!part.includes('=')) {
      usedDefault = addDefault(out, table, part, usedDefault);
    } else {
      die('missing key in comma-separated list property');
    }
  }
  return out;
}

function splitParts(text: string): string[] {
  const parts = text.split(',');
  while (parts.at(-1) === '') parts.pop();
  return parts;
}

function addPair(out: PropertyValues, table: Properties, name: string, value: string): void {
  if (out[name] !== undefined) die(`duplicate key in comma-separated list property: ${name}`);
  let key = name;
  let schema = table[name];
  if (schema?.alias !== undefined) {
    if (schema.keyAlias !== undefined) {
      if (out[schema.keyAlias] !== undefined) die(`key alias '${schema.keyAlias}' is already defined`);
      out[schema.keyAlias] = name;
    }
    key = schema.alias;
    schema = table[key];
    if (out[key] !== undefined) die(`key '${key}' is already defined (via alias)`);
  }
  out[key] = schema?.type === 'boolean' ? (parseBoolean(value) ?? value) : value;
}

function addDefault(out: PropertyValues, table: Properties, value: string, used: string | undefined): string {
  if (used !== undefined) die(`duplicate key in comma-separated list property: ${used}`);
  const name = defaultKey(table);
  if (name === undefined) die('value without key, but schema does not define a default key');
  if (out[name] !== undefined && out[name] !== '0')
    die(`duplicate key in comma-separated list property: ${name}`);
  out[name] = table[name]?.type === 'boolean' ? (parseBoolean(value) ?? value) : value;
  return name;
}

function defaultKey(table: Properties): string | undefined {
  return Object.keys(table).find((name) => table[name]?.default_key);
}

/**
 * Writes a property string as PVE does: the default key first and bare, then what is not optional, then the rest, each by name; a key
 * alias such as `virtio=MAC` is put together again; keys of the format disk-size, held as bytes, in the largest unit.
 */
export function printProperties(values: Readonly<PropertyValues>, format: string | Properties): string {
  const table = keysOf(format);
  const first = defaultKey(table);
  const names = Object.keys(values).toSorted();
  const order = [
    ...(first === undefined ? [] : [first]),
    ...names.filter((name) => !table[name]?.optional),
    ...names,
  ];
  const partner = partnerOf(table);
  const done = new Set<string>();
  const parts: string[] = [];
  for (const name of order) {
    const value = values[name];
    if (done.has(name) || value === undefined) continue;
    done.add(name);
    const combined = name === partner?.key ? values[partner.value] : undefined;
    if (partner !== undefined && combined !== undefined) {
      done.add(partner.value);
      parts.push(`${value}=${combined}`);
    } else {
      const text = printValue(value, table[name]);
      parts.push(name === first ? text : `${name}=${text}`);
    }
  }
  return parts.join(',');
}

function partnerOf(table: Properties): { readonly key: string; readonly value: string } | undefined {
  for (const schema of Object.values(table)) {
    if (schema.keyAlias !== undefined && schema.alias !== undefined)
      return { key: schema.keyAlias, value: schema.alias };
  }
  return undefined;
}

function printValue(value: string, schema: Schema | undefined): string {
  return schema?.format === 'disk-size' ? formatSize(Number(value)) : value;
}
