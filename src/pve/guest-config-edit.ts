import { readConfigLine, type ConfigLine } from './guest-config-line.ts';
import {
  findSection,
  sectionOptions,
  type ConfigSection,
  type GuestConfig,
  type SectionName,
} from './guest-config.ts';
import type { GuestKind } from './option-schema.ts';
import { encodeText } from './percent-text.ts';

/**
 * Changes of a guest's config that touch only the lines they are about. A file that PVE wrote comes out as PVE
 * itself would write it: description first, then the options by name (QemuServer.pm write_vm_config,
 * LXC/Config.pm write_pct_config).
 */

/** Sets one option. A pending section is made when there is none; a snapshot must exist, or nothing changes. */
export function setOption(config: GuestConfig, name: SectionName, key: string, value: string): GuestConfig {
  if (key === 'description') return setDescription(config, name, value);
  const made = name === 'pending' ? withPendingSection(config) : config;
  if (isSet(made, name, key, value)) return made;
  return editSection(made, name, (lines) => {
    const end = lineEnd(made);
    const at = lines.findLastIndex((line) => isOption(line, key));
    const old = lines[at];
    if (old === undefined) return insertLine(lines, placeOf(lines, key), optionLine(key, value, end), end);
    const oldEnd = old.text.endsWith('\n') ? ownEnd(old.text) : '';
    return lines.with(at, optionLine(key, value, oldEnd));
  });
}

/** Removes an option; a pending section that is left empty goes too, as PVE writes none. */
export function removeOption(config: GuestConfig, name: SectionName, key: string): GuestConfig {
  if (key !== 'description' && !hasLine(config, name, key)) return config;
  const edited =
    key === 'description'
      ? setDescription(config, name, '')
      : editSection(config, name, (lines) => lines.filter((line) => !isOption(line, key)));
  return name === 'pending' ? withoutEmptyPending(edited) : edited;
}

/** Replaces the description by this text, one comment line for each of its lines; '' removes it. */
export function setDescription(config: GuestConfig, name: SectionName, text: string): GuestConfig {
  if ((sectionOptions(config, name)['description'] ?? '') === text.replace(/\n+$/u, '')) return config;
  const target = name === 'pending' ? withPendingSection(config) : config;
  const end = lineEnd(target);
  return editSection(target, name, (lines) => {
    const isOld = (line: ConfigLine): boolean => line.type === 'comment' || line.type === 'description';
    const at = Math.max(lines.findIndex(isOld), 0);
    const rest = lines.filter((line) => !isOld(line));
    const made = descriptionLines(config.kind, text);
    return made.length === 0 ? rest : [...endLast(rest.slice(0, at), end), ...made, ...rest.slice(at)];
  });
}

/** The text of the config PVE would write for a new guest with these options (the description among them). */
export function encodeNewConfig(kind: GuestKind, options: Readonly<Record<string, string>>): string {
  const { description, ...others } = options;
  const comments = descriptionLines(kind, description ?? '').map((line) => line.text);
  const lines = Object.entries(others).toSorted(([a], [b]) => compareBytes(a, b));
  return [...comments, ...lines.map(([key, value]) => `${key}: ${value}\n`)].join('');
}

function editSection(
  config: GuestConfig,
  name: SectionName,
  edit: (lines: readonly ConfigLine[]) => readonly ConfigLine[],
): GuestConfig {
  const target = findSection(config, name);
  if (target === undefined) return config;
  const sections = config.sections.map((section) =>
    section === target ? { ...section, lines: edit(section.lines) } : section,
  );
  return { ...config, sections };
}

/** A pending section comes after the current one, behind an empty line. */
function withPendingSection(config: GuestConfig): GuestConfig {
  if (findSection(config, 'pending') !== undefined) return config;
  const [current, ...others] = config.sections;
  if (current === undefined) return config;
  const end = lineEnd(config);
  const title = config.kind === 'vm' ? 'PENDING' : 'pve:pending';
  const blank: ConfigLine = { type: 'blank', text: end };
  const body = dropBlankEnd(current.lines);
  const pending: ConfigSection = {
    name: 'pending',
    header: `[${title}]${end}`,
    lines: others.length > 0 ? [blank] : [],
  };
  return { ...config, sections: [{ ...current, lines: [...endLast(body, end), blank] }, pending, ...others] };
}

function withoutEmptyPending(config: GuestConfig): GuestConfig {
  const at = config.sections.findLastIndex((section) => section.name === 'pending');
  const pending = config.sections[at];
  const before = config.sections[at - 1];
  if (pending === undefined || before === undefined || pending.lines.some((line) => line.type !== 'blank'))
    return config;
  const isLast = at === config.sections.length - 1;
  const kept = isLast ? { ...before, lines: dropBlankEnd(before.lines) } : before;
  return {
    ...config,
    sections: [...config.sections.slice(0, at - 1), kept, ...config.sections.slice(at + 1)],
  };
}

/** Where PVE would have the key: before the first greater one; else behind the last option, before what is raw or empty. */
function placeOf(lines: readonly ConfigLine[], key: string): number {
  const greater = lines.findIndex((line) => line.type === 'option' && compareBytes(line.key, key) > 0);
  if (greater !== -1) return greater;
  const raw = lines.findIndex((line) => line.type === 'raw');
  const last = lines.findLastIndex((line) => line.type === 'option');
  return raw > last ? raw : dropBlankEnd(lines).length;
}

function insertLine(
  lines: readonly ConfigLine[],
  at: number,
  line: ConfigLine,
  end: string,
): readonly ConfigLine[] {
  return [...endLast(lines.slice(0, at), end), line, ...lines.slice(at)];
}

/** Gives the last of the lines the end it lacks, so that another can follow. */
function endLast(lines: readonly ConfigLine[], end: string): readonly ConfigLine[] {
  const last = lines.at(-1);
  if (last === undefined || last.text.endsWith('\n')) return lines;
  return [...lines.slice(0, -1), { ...last, text: `${last.text}${end}` }];
}

function dropBlankEnd(lines: readonly ConfigLine[]): readonly ConfigLine[] {
  return lines.slice(0, lines.findLastIndex((line) => line.type !== 'blank') + 1);
}

/** PVE takes the CR of a comment line for a part of the text, so these end with LF alone, also among CRLF lines. */
function descriptionLines(kind: GuestKind, text: string): readonly ConfigLine[] {
  const trimmed = text.replace(/\n+$/u, '');
  if (trimmed === '') return [];
  return trimmed.split('\n').map((line) => readConfigLine(kind, `#${encodeText(line)}\n`));
}

/** Not read back: an empty value is no longer empty when it is read ("tags: " has a space for value). */
const optionLine = (key: string, value: string, end: string): ConfigLine => ({
  type: 'option',
  text: `${key}: ${value}${end}`,
  key,
  value,
});

/** `cdrom` is read as ide2. */
const isOption = (line: ConfigLine, key: string): boolean =>
  line.type === 'option' && (line.key === key || (line.key === 'cdrom' && key === 'ide2'));

/** The list of pending deletions is a line, but no option. */
const hasLine = (config: GuestConfig, name: SectionName, key: string): boolean =>
  findSection(config, name)?.lines.some((line) => isOption(line, key)) === true;

function isSet(config: GuestConfig, name: SectionName, key: string, value: string): boolean {
  const last = findSection(config, name)?.lines.findLast((line) => isOption(line, key));
  return last?.type === 'option' && last.value === value;
}

/** The line end that the file uses. */
function lineEnd(config: GuestConfig): string {
  const first = config.sections
    .flatMap((section) => [section.header, ...section.lines.map((line) => line.text)])
    .find((text) => text !== '');
  return first === undefined ? '\n' : ownEnd(first);
}

const ownEnd = (text: string): string => (text.endsWith('\r\n') ? '\r\n' : '\n');

/** As Perl sorts. */
const compareBytes = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
