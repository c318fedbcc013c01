import { createHash } from 'node:crypto';
import { decodeText, encodeText, splitLines } from '../formats/values.ts';

/** The options of one section; `description` is the text of the comment lines. */
export type Section = Map<string, string>;

export type GuestKind = 'qemu' | 'lxc';

/** A guest's config file, taken apart. */
export interface GuestConfig {
  readonly main: Section;
  readonly pending: Section;
  readonly snapshots: Map<string, Section>;
  /** `[special:cloudinit]` and the like of a VM. */
  readonly special: Map<string, Section>;
  /** The `lxc.*` lines of a container, in order. */
  readonly raw: Map<Section, readonly string[]>;
}

/** A config without any option. */
export function emptyConfig(): GuestConfig {
  return { main: new Map(), pending: new Map(), snapshots: new Map(), special: new Map(), raw: new Map() };
}

/** PVE's digest of a config: SHA-1 of the file's text. */
export function digestOf(text: string): string {
  return createHash('sha1').update(text, 'utf8').digest('hex');
}

const OPTION: Readonly<Record<GuestKind, RegExp>> = {
  qemu: /^([a-z][a-z_-]*\d*):\s*(.+?)\s*$/,
  lxc: /^([a-z][a-z_]*\d*):\s*(.+?)\s*$/,
};

/** Reads a config file as PVE does (parse_vm_config, parse_pct_config). Lines that PVE cannot read are dropped, as it drops them. */
export function parseConfig(kind: GuestKind, text: string): GuestConfig {
  const config = emptyConfig();
  let section: Section | undefined = config.main;
  let description: string | undefined;
  const endDescription = (): void => {
    if (description !== undefined)
      section?.set('description', kind === 'qemu' ? description.replace(/\s+$/, '') : description);
    description = undefined;
  };
  for (const line of splitLines(text)) {
    if (/^\s*$/.test(line)) continue;
    const header = /^\[([^\]]*)\]\s*$/.exec(line)?.[1];
    if (header !== undefined) {
      endDescription();
      section = sectionFor(kind, config, header);
      continue;
    }
    if (section === undefined) continue;
    const described = line.startsWith('#')
      ? `${decodeText(line.slice(1))}\n`
      : /^description:\s*(.*\S)\s*$/.exec(line)?.[1];
    if (described !== undefined) {
      description = (description ?? '') + (line.startsWith('#') ? described : decodeText(described));
      continue;
    }
    readOption(kind, config, section, line);
  }
  endDescription();
  return config;
}

function sectionFor(kind: GuestKind, config: GuestConfig, header: string): Section | undefined {
  if (header.toLowerCase() === (kind === 'qemu' ? 'pending' : 'pve:pending')) return config.pending;
  const special = /^special:(cloudinit|fleecing)$/i.exec(header)?.[1];
  const made: Section = new Map();
  if (kind === 'qemu' && special !== undefined) config.special.set(special, made);
  else if (/^[a-z][a-z0-9_-]+$/i.test(header)) config.snapshots.set(header, made);
  else return undefined;
  return made;
}

function readOption(kind: GuestKind, config: GuestConfig, section: Section, line: string): void {
  const raw = kind === 'lxc' ? /^(lxc\.[a-z0-9_.-]+)(?::|\s*=)\s*(.*?)\s*$/.exec(line) : null;
  if (raw !== null) {
    config.raw.set(section, [...(config.raw.get(section) ?? []), `${raw[1]}: ${raw[2]}`]);
    return;
  }
  const option = /^(args):\s*(.*\S)\s*$/.exec(line) ?? OPTION[kind].exec(line);
  if (option?.[1] !== undefined && option[2] !== undefined) section.set(option[1], option[2]);
}

/** Writes a config file as PVE does: comments, options by name, then the pending, special and snapshot sections. */
export function printConfig(kind: GuestKind, config: GuestConfig): string {
  let text = printSection(kind, config, config.main, false);
  if (config.pending.size > 0)
    text += `\n[${kind === 'qemu' ? 'PENDING' : 'pve:pending'}]\n${printSection(kind, config, config.pending, true)}`;
  for (const [name, section] of byName(config.special))
    text += `\n[special:${name}]\n${printSection(kind, config, section, false)}`;
  for (const [name, section] of byName(config.snapshots))
    text += `\n[${name}]\n${printSection(kind, config, section, false)}`;
  return text;
}

function byName(sections: ReadonlyMap<string, Section>): readonly (readonly [string, Section])[] {
  return [...sections].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function printSection(kind: GuestKind, config: GuestConfig, section: Section, pending: boolean): string {
  const description = section.get('description');
  const lines =
    description === undefined ? [] : splitLines(description).map((line) => `#${encodeText(line)}`);
  if (kind === 'qemu' && pending && description === '') lines.push('#');
  for (const name of [...section.keys()].filter((key) => key !== 'description').toSorted())
    lines.push(`${name}: ${section.get(name)}`);
  lines.push(...(config.raw.get(section) ?? []));
  return lines.map((line) => `${line}\n`).join('');
}
