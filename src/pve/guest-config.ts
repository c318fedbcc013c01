import { decodeText } from './percent-text.ts';
import { readConfigLine, type ConfigLine } from './guest-config-line.ts';
import { rawKeyProblem } from './lxc-raw-keys.ts';
import type { GuestKind } from './option-schema.ts';
import { splitLines } from './text-lines.ts';
import { splitList } from './text-list.ts';

/**
 * A guest's config file, qemu-server/VMID.conf or lxc/VMID.conf, read as PVE reads it (QemuServer.pm
 * parse_vm_config, LXC/Config.pm parse_pct_config), with every line kept: encode(decode(text)) is text, always.
 */
export interface GuestConfig {
  readonly kind: GuestKind;
  /** In the order of the file; the first is always the current configuration. */
  readonly sections: readonly ConfigSection[];
  readonly warnings: readonly ConfigWarning[];
}

export interface ConfigSection {
  readonly name: SectionName;
  /** Its "[...]" line with its end; '' for the first section. */
  readonly header: string;
  readonly lines: readonly ConfigLine[];
}

/** `unknown:` is a section that PVE skips. */
export type SectionName =
  | 'current'
  | 'pending'
  | `snapshot:${string}`
  | `special:${string}`
  | `unknown:${string}`;

/** What PVE would warn of when it reads the file. */
export interface ConfigWarning {
  /** From 1. */
  readonly line: number;
  /** "<what is>; <what is wanted>" */
  readonly message: string;
}

/** Option → text, the description decoded among them. Has no prototype: any name may be asked for. */
export type Options = Readonly<Record<string, string>>;

/** Reads a config file. Takes any text. */
export function decodeGuestConfig(kind: GuestKind, text: string): GuestConfig {
  const sections: { name: SectionName; header: string; lines: ConfigLine[] }[] = [];
  let section: { name: SectionName; header: string; lines: ConfigLine[] } = {
    name: 'current',
    header: '',
    lines: [],
  };
  sections.push(section);
  const warnings: ConfigWarning[] = [];
  let number = 0;
  const warn = (message: string): void => void warnings.push({ line: number, message });
  for (const raw of splitLines(text)) {
    number += 1;
    const name = sectionName(kind, raw);
    if (name !== undefined) {
      if (name.startsWith('unknown:')) warn(`section "${name.slice(8)}" is unknown; PVE skips it`);
      else if (sections.some((other) => other.name === name))
        warn(`section ${raw.trim()} is there twice; the last one counts`);
      section = { name, header: raw, lines: [] };
      sections.push(section);
      continue;
    }
    const line = readConfigLine(kind, raw);
    section.lines.push(line);
    if (section.name.startsWith('unknown:')) continue;
    if (line.type === 'broken') warn(`"${raw.trim()}" is no line of a config; "key: value" is wanted`);
    const problem = line.type === 'raw' ? rawKeyProblem(line.key) : undefined;
    if (problem !== undefined) warn(problem);
    if (line.type === 'option' && line.key === 'delete' && section.name !== 'pending') {
      warn('"delete" is only read among the pending changes');
    }
  }
  return { kind, sections, warnings };
}

/** The text of the file; what was not edited comes out as it went in. */
export function encodeGuestConfig(config: GuestConfig): string {
  return config.sections
    .flatMap((section) => [section.header, ...section.lines.map((line) => line.text)])
    .join('');
}

/** The options of the current configuration, as PVE has them without what is pending. */
export function options(config: GuestConfig): Options {
  return sectionOptions(config, 'current');
}

/** The options of one section; none when the file has no such section. */
export function sectionOptions(config: GuestConfig, name: SectionName): Options {
  const found: Record<string, string> = Object.create(null);
  const section = findSection(config, name);
  if (section === undefined) return found;
  const description = readDescription(config.kind, section.lines);
  if (description !== undefined) found['description'] = description;
  for (const line of section.lines) {
    if (line.type === 'raw' && line.key === environment) {
      found['env'] = found['env'] === undefined ? line.value : `${found['env']}\0${line.value}`;
    }
    if (line.type !== 'option' || line.key === 'delete') continue;
    // "description:" without a text counts only where there are no comment lines.
    if (line.key === 'description' && description !== undefined) continue;
    found[line.key === 'cdrom' ? 'ide2' : line.key] = line.value;
  }
  return found;
}

/** What a restart will change: options to be set, and those to be deleted. */
export function pendingOptions(config: GuestConfig): {
  readonly set: Options;
  readonly remove: readonly string[];
} {
  const lines = findSection(config, 'pending')?.lines ?? [];
  const deleted = lines.findLast((line) => line.type === 'option' && line.key === 'delete');
  const names = deleted?.type === 'option' ? splitList(deleted.value) : [];
  // "!net0" is a forced delete (PVE::AbstractConfig parse_pending_delete).
  return { set: sectionOptions(config, 'pending'), remove: names.map((name) => name.replace(/^!/u, '')) };
}

/** The options with what is pending laid over them: what `qm config` shows, and what counts after a restart. */
export function effectiveOptions(config: GuestConfig): Options {
  if (findSection(config, 'pending') === undefined) return options(config);
  const { set, remove } = pendingOptions(config);
  const merged: Record<string, string> = Object.assign(Object.create(null), options(config), set);
  for (const name of remove) delete merged[name];
  return merged;
}

/** In the order of the file. */
export function snapshotNames(config: GuestConfig): readonly string[] {
  return [...new Set(config.sections.map((section) => section.name))]
    .filter((name) => name.startsWith('snapshot:'))
    .map((name) => name.slice('snapshot:'.length));
}

/** The raw `lxc.` lines of a container's section, in order. */
export function rawOptions(
  config: GuestConfig,
  name: SectionName = 'current',
): readonly { readonly key: string; readonly value: string }[] {
  const lines = findSection(config, name)?.lines ?? [];
  return lines.flatMap((line) =>
    line.type === 'raw' && line.key !== environment ? [{ key: line.key, value: line.value }] : [],
  );
}

/** The section that counts: the last one of that name, as PVE starts anew at each header. */
export function findSection(config: GuestConfig, name: SectionName): ConfigSection | undefined {
  return config.sections.findLast((section) => section.name === name);
}

const environment = 'lxc.environment.runtime';

/**
 * The section that a line opens. VMs have [PENDING] and [special:cloudinit|fleecing] and skip what else stands in
 * brackets; containers have [pve:pending], and read other brackets as a broken line.
 */
function sectionName(kind: GuestKind, raw: string): SectionName | undefined {
  if (!raw.startsWith('[')) return undefined;
  const { inside } = /^\[(?<inside>[^\]]*)\][\t\n\v\f\r ]*$/u.exec(raw)?.groups ?? {};
  if (inside === undefined) return undefined;
  const pending = kind === 'vm' ? 'pending' : 'pve:pending';
  if (inside.toLowerCase() === pending) return 'pending';
  if (/^[a-z][a-z0-9_-]+$/iu.test(inside)) return `snapshot:${inside}`;
  if (kind === 'container') return undefined;
  // "special" in any case, but not what follows.
  const { special } = /^special:(?<special>cloudinit|fleecing)$/u.exec(lowerStart(inside))?.groups ?? {};
  return special === undefined ? `unknown:${inside}` : `special:${special}`;
}

const lowerStart = (inside: string): string => inside.replace(/^special:/iu, 'special:');

/** Comment lines, decoded, one line each. White space at a VM's end is dropped, at a container's the last line ends. */
function readDescription(kind: GuestKind, lines: readonly ConfigLine[]): string | undefined {
  let text: string | undefined;
  for (const line of lines) {
    if (line.type === 'comment') text = `${text ?? ''}${decodeText(line.value)}\n`;
    if (line.type === 'description') text = `${text ?? ''}${decodeText(line.value)}`;
  }
  if (text === undefined) return undefined;
  return kind === 'vm' ? text.trimEnd() : text.replace(/\n+$/u, '');
}
