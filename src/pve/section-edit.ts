import {
  findSection,
  optionValues,
  type Section,
  type SectionConfig,
  type SectionLine,
  type SectionPart,
} from './section-config.ts';
import type { SectionKind } from './section-kind.ts';
import { lineEnd } from './text-lines.ts';

/**
 * Changes of a file of sections that touch only the lines they are about. A file that PVE wrote comes out as PVE itself
 * would write it (PVE::SectionConfig write_config): comment, disable, the required options by name, the others by name.
 */

/**
 * Sets an option of a section; several values make a line each, '' stands alone ("disable"). A value is one line of text,
 * as the file has it. Nothing changes when there is no such section, or it says so already.
 */
export function setSectionOption(
  kind: SectionKind,
  config: SectionConfig,
  id: string,
  key: string,
  ...values: readonly string[]
): SectionConfig {
  const section = findSection(config, id);
  if (section === undefined) return config;
  const old = optionValues(section, key);
  if (old.length === values.length && values.every((value, index) => value === old[index])) return config;
  return replaceSection(config, section, (lines) => setLines(kind, section.type, lines, key, values, config));
}

/** Removes an option, all its lines. */
export function removeSectionOption(config: SectionConfig, id: string, key: string): SectionConfig {
  const section = findSection(config, id);
  if (section === undefined || optionValues(section, key).length === 0) return config;
  return replaceSection(config, section, (lines) => lines.filter((line) => !isOption(line, key)));
}

/**
 * Adds a section behind the others, where PVE puts a new one. Options of an array have a line for each value. An id that
 * is there already makes a second section, which then counts.
 */
export function addSection(
  kind: SectionKind,
  config: SectionConfig,
  header: { readonly type: string; readonly id: string },
  options: Readonly<Record<string, string | readonly string[]>>,
): SectionConfig {
  const end = endOf(config);
  const keys = Object.keys(options).toSorted((a, b) => compareKeys(kind, header.type, a, b));
  const lines = keys.flatMap((key) =>
    [options[key] ?? ''].flat().map((value) => optionLine(key, value, end)),
  );
  const section: Section = {
    kind: 'section',
    ...header,
    header: `${kind.dialect.writeHeader(header)}${end}`,
    lines: kind.dialect.closesLast ? [...lines, closing] : lines,
  };
  return { ...config, parts: [...closeLast(config, end), section] };
}

/** Removes a section with its comments and the empty line behind it; every section of that id. */
export function removeSection(config: SectionConfig, id: string): SectionConfig {
  const parts = config.parts.filter((part) => part.kind !== 'section' || part.id !== id);
  return parts.length === config.parts.length ? config : { ...config, parts };
}

/** An empty line must hold nothing, not even a carriage return, to end a section. */
const closing: SectionLine = { kind: 'blank', text: '\n' };

function replaceSection(
  config: SectionConfig,
  section: Section,
  edit: (lines: readonly SectionLine[]) => readonly SectionLine[],
): SectionConfig {
  const lines = edit(section.lines);
  const header = lines.length > 0 ? withEnd(section.header, endOf(config)) : section.header;
  return {
    ...config,
    parts: config.parts.map((part) => (part === section ? { ...section, header, lines } : part)),
  };
}

/** The new values take the places of the old ones; more of them follow the last, or go where PVE has the option. */
function setLines(
  kind: SectionKind,
  type: string,
  lines: readonly SectionLine[],
  key: string,
  values: readonly string[],
  config: SectionConfig,
): readonly SectionLine[] {
  const end = endOf(config);
  const left = [...values];
  const kept: SectionLine[] = [];
  let behind = -1;
  for (const line of lines) {
    if (!isOption(line, key)) {
      kept.push(line);
      continue;
    }
    const value = left.shift();
    if (value === undefined) continue;
    const same = line.kind === 'option' && line.value === value;
    kept.push(same ? line : optionLine(key, value, lineEnd(line.text)));
    behind = kept.length;
  }
  const at = behind === -1 ? placeOf(kind, type, kept, key) : behind;
  const before = kept.slice(0, at);
  const last = before.at(-1);
  if (last !== undefined && left.length > 0) {
    before[before.length - 1] = { ...last, text: withEnd(last.text, end) };
  }
  return [...before, ...left.map((value) => optionLine(key, value, end)), ...kept.slice(at)];
}

/** Before the first option that PVE has behind it, else behind the last option. */
function placeOf(kind: SectionKind, type: string, lines: readonly SectionLine[], key: string): number {
  const next = lines.findIndex(
    (line) => line.kind === 'option' && compareKeys(kind, type, line.key, key) > 0,
  );
  return next === -1 ? lines.findLastIndex((line) => line.kind === 'option') + 1 : next;
}

function compareKeys(kind: SectionKind, type: string, a: string, b: string): number {
  return rank(kind, type, a) - rank(kind, type, b) || (a < b ? -1 : Number(a > b));
}

function rank(kind: SectionKind, type: string, key: string): number {
  // The Rust library writes all of them by name.
  if (kind.dialect.strict) return 0;
  if (key === 'comment') return 0;
  if (key === 'disable') return 1;
  const required = Object.hasOwn(kind.types, type) ? kind.types[type]?.required : undefined;
  return required?.includes(key) === true ? 2 : 3;
}

/** The parts with the last section closed and the last line ended. */
function closeLast(config: SectionConfig, end: string): readonly SectionPart[] {
  const last = config.parts.at(-1);
  if (last === undefined) return [];
  const before = config.parts.slice(0, -1);
  if (last.kind !== 'section') return [...before, { ...last, text: withEnd(last.text, end) }];
  const line = last.lines.at(-1);
  if (line === undefined)
    return [...before, { ...last, header: withEnd(last.header, end), lines: [closing] }];
  const isClosed = config.dialect.endsSection(line.text.replace(/\n$/u, ''));
  const ended = [...last.lines.slice(0, -1), { ...line, text: withEnd(line.text, end) }];
  return [...before, { ...last, lines: isClosed ? ended : [...ended, closing] }];
}

const isOption = (line: SectionLine, key: string): boolean => line.kind === 'option' && line.key === key;

const optionLine = (key: string, value: string, end: string): SectionLine => ({
  kind: 'option',
  text: value === '' ? `\t${key}${end}` : `\t${key} ${value}${end}`,
  key,
  value,
});

const withEnd = (text: string, end: string): string => (text.endsWith('\n') ? text : `${text}${end}`);

/** As the first line of the file ends. */
function endOf(config: SectionConfig): string {
  const first = config.parts[0];
  const text = first?.kind === 'section' ? first.header : (first?.text ?? '');
  return text.endsWith('\r\n') ? '\r\n' : '\n';
}
