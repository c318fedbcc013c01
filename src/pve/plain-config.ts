import { checkValue } from './check-value.ts';
import type { Finding } from './file-kind.ts';
import { propertyFormat } from './named-property-formats.ts';
import { normalise } from './normal-form.ts';
import { trim } from './perl-space.ts';
import type { PropertySchema, SchemaTable } from './schema/property-schema.ts';
import { closedLine, lineEnd, splitLines } from './text-lines.ts';

/**
 * A file of "key: value" lines, read as pve-common's PVE/JSONSchema.pm parse_config reads it (datacenter.cfg,
 * vzdump.conf), with every line kept: encode(decode(text)) is text, always.
 */
export interface PlainConfig {
  readonly lines: readonly PlainLine[];
}

/** A line with its end in `text`; PVE ignores the broken ones. */
export type PlainLine =
  | { readonly type: 'blank' | 'comment' | 'broken'; readonly text: string }
  | { readonly type: 'option'; readonly text: string; readonly key: string; readonly value: string };

/** Reads such a file. Takes any text. */
export function decodePlainConfig(text: string): PlainConfig {
  return { lines: splitLines(text).map(readPlainLine) };
}

/** The text of the file; what was not edited comes out as it went in. */
export function encodePlainConfig(config: PlainConfig): string {
  return config.lines.map((line) => line.text).join('');
}

/** The values of each key, in order; of a key that is no list the last counts. */
export function plainOptions(config: PlainConfig): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const line of config.lines)
    if (line.type === 'option') found.set(line.key, [...(found.get(line.key) ?? []), line.value]);
  return found;
}

/** Sets an option on its last line, or adds one where PVE's order by name has it. */
export function setPlainOption(config: PlainConfig, key: string, value: string): PlainConfig {
  const at = config.lines.findLastIndex((line) => line.type === 'option' && line.key === key);
  const old = config.lines[at];
  if (old?.type === 'option') {
    if (old.value === value) return config;
    const written = /^[ \t\r\f\v]*[^ \t\r\f\v]+?:[ \t]*/u.exec(old.text)?.[0] ?? `${key}: `;
    const start = old.value === '' ? `${written.trimEnd()} ` : written;
    return { lines: config.lines.with(at, readPlainLine(`${start}${value}${lineEnd(old.text)}`)) };
  }
  const greater = config.lines.findIndex((line) => line.type === 'option' && line.key > key);
  const place = greater === -1 ? endOf(config) : greater;
  return insertPlainLine(config, place, `${key}: ${value}`);
}

/** Removes every line of an option. */
export function removePlainOption(config: PlainConfig, key: string): PlainConfig {
  return { lines: config.lines.filter((line) => line.type !== 'option' || line.key !== key) };
}

/** Puts a line before the one with that index, with the line end that the file has. */
export function insertPlainLine(config: PlainConfig, at: number, text: string): PlainConfig {
  const end = config.lines[0]?.text.endsWith('\r\n') === true ? '\r\n' : '\n';
  const lines = config.lines.map((line, index) =>
    index === at - 1 ? { ...line, text: closedLine(line.text) } : line,
  );
  return { lines: lines.toSpliced(at, 0, readPlainLine(`${text}${end}`)) };
}

/**
 * Options in normal form by name, without those that say what their absence says: that is the text in `absent`, or a
 * property string whose keys all have their defaults; null is that no text says it.
 */
export function normalPlainOptions(
  table: SchemaTable,
  options: ReadonlyMap<string, readonly string[]>,
  absent: Readonly<Record<string, string | null>>,
): Readonly<Record<string, unknown>> {
  const normal: Record<string, unknown> = Object.create(null);
  for (const [key, values] of [...options].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const schema = schemaOf(table, key);
    const value = values.at(-1) ?? '';
    if (schema === undefined) normal[key] = value;
    else if (schema.type === 'array') normal[key] = [...new Set(values)].toSorted();
    else if (!sameAsAbsent(schema, value, absent[key])) normal[key] = normalise(schema, value);
  }
  return normal;
}

/** What PVE drops of the file; options that it does not know are dropped only where `unknown` is an error. */
export function plainFindings(
  kind: string,
  table: SchemaTable,
  config: PlainConfig,
  unknown: Finding['severity'],
): readonly Finding[] {
  const lastOf = new Map(
    config.lines.flatMap((line, index) => (line.type === 'option' ? [[line.key, index] as const] : [])),
  );
  return config.lines.flatMap((line, index): readonly Finding[] => {
    const found = (severity: Finding['severity'], code: string, message: string): Finding => ({
      line: index + 1,
      severity,
      code: `${kind}/${code}`,
      message,
    });
    if (line.type === 'broken')
      return [found('error', 'broken-line', `"${line.text.trim()}" is no option; "key: value" is wanted`)];
    if (line.type !== 'option') return [];
    const schema = schemaOf(table, line.key);
    if (schema === undefined)
      return [
        found(unknown, 'unknown-option', `"${line.key}" is no option that PVE knows; it passes it over`),
      ];
    if (lastOf.get(line.key) !== index && schema.type !== 'array')
      return [
        found('warning', 'twice', `"${line.key}" is there again below, which counts; one line is wanted`),
      ];
    return checkValue(schema.type === 'array' ? (schema.items ?? schema) : schema, line.value).map(
      ({ message, path = [] }) => found('error', 'value', `${[line.key, ...path].join('.')}: ${message}`),
    );
  });
}

/** By the patterns of parse_config: white space around a line is no part of it, nor that behind the colon. */
function readPlainLine(text: string): PlainLine {
  const line = trim(text);
  if (line === '') return { type: 'blank', text };
  if (line.startsWith('#')) return { type: 'comment', text };
  const colon = line.indexOf(':', 1);
  const key = line.slice(0, colon);
  return colon === -1 || /[\t\v\f\r ]/u.test(key)
    ? { type: 'broken', text }
    : { type: 'option', text, key, value: trim(line.slice(colon + 1)) };
}

/** Behind the last line that is not empty. */
const endOf = (config: PlainConfig): number =>
  config.lines.findLastIndex((line) => line.type !== 'blank') + 1;

const schemaOf = (table: SchemaTable, key: string): PropertySchema | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

function sameAsAbsent(schema: PropertySchema, value: string, absent: string | null | undefined): boolean {
  if (absent === null) return false;
  const form = normalise(schema, value);
  if (absent !== undefined) return form === normalise(schema, absent);
  const format = propertyFormat(schema);
  // Every key was one that equals its absence.
  return format !== undefined && form === '' && Object.values(format).every((key) => key.optional === true);
}
