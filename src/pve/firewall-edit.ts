import { formatRule, type FirewallRule } from './firewall-rule.ts';
import {
  decodeFirewall,
  firewallAliases,
  firewallOptions,
  firewallRules,
  ipsetEntries,
  namedSection,
  type Alias,
  type FirewallFile,
  type FirewallLine,
  type FirewallSection,
  type IpsetEntry,
  type SectionKind,
} from './firewall.ts';
import { closedLine, lineEnd } from './text-lines.ts';

/**
 * Changes of a firewall file that touch only the lines they are about. A section that is missing is made where PVE
 * writes it: options, aliases, sets by name, rules, groups by name (pve-firewall's Firewall.pm save_clusterfw_conf).
 */

/** Sets an option; its own line is changed, or one is added at the end of [OPTIONS]. */
export function setFirewallOption(file: FirewallFile, name: string, value: string): FirewallFile {
  if (firewallOptions(file).get(name) === value) return file;
  return putLine(
    file,
    { kind: 'options' },
    (line) => line.type === 'option' && line.name === name,
    `${name}: ${value}`,
  );
}

export function removeFirewallOption(file: FirewallFile, name: string): FirewallFile {
  return dropLines(file, { kind: 'options' }, (line) => line.type === 'option' && line.name === name);
}

/** Sets an alias, found by its name in any case. */
export function setAlias(file: FirewallFile, alias: Alias): FirewallFile {
  const old = firewallAliases(file).get(alias.name.toLowerCase());
  if (
    old !== undefined &&
    old.name === alias.name &&
    old.cidr === alias.cidr &&
    old.comment === alias.comment
  )
    return file;
  const text = `${alias.name} ${alias.cidr}${comment(alias.comment)}`;
  return putLine(file, { kind: 'aliases' }, isAlias(alias.name), text);
}

export function removeAlias(file: FirewallFile, name: string): FirewallFile {
  return dropLines(file, { kind: 'aliases' }, isAlias(name));
}

/** Puts an entry into an IP set, which is made when there is none; an entry for that address is replaced. */
export function setIpsetEntry(file: FirewallFile, ipset: string, entry: IpsetEntry): FirewallFile {
  const same = ipsetEntries(file, ipset).find((other) => other.cidr === entry.cidr);
  if (same !== undefined && same.nomatch === entry.nomatch && same.comment === entry.comment) return file;
  const text = `${entry.nomatch ? '!' : ''}${entry.cidr}${comment(entry.comment)}`;
  return putLine(file, { kind: 'ipset', name: ipset }, isEntry(entry.cidr), text);
}

export function removeIpsetEntry(file: FirewallFile, ipset: string, cidr: string): FirewallFile {
  return dropLines(file, { kind: 'ipset', name: ipset }, isEntry(cidr));
}

/** Makes an empty IP set or security group, or changes the comment of the one that there is. */
export function setFirewallSection(
  file: FirewallFile,
  kind: 'ipset' | 'group',
  name: string,
  note = '',
): FirewallFile {
  const old = namedSection(file, kind, name);
  if (old === undefined) return addSection(file, { kind, name }, note);
  if (old.comment === note) return file;
  const header = `${headerOf({ kind, name: old.name })}${comment(note)}${lineEnd(old.header)}`;
  return {
    ...file,
    sections: file.sections.map((section) => (section === old ? { ...old, comment: note, header } : section)),
  };
}

/** Removes an IP set or security group with all that is in it. */
export function removeFirewallSection(
  file: FirewallFile,
  kind: 'ipset' | 'group',
  name: string,
): FirewallFile {
  return { ...file, sections: file.sections.filter((section) => !isSection(section, { kind, name })) };
}

/** Puts a rule before the one at that position, from 0, or behind the last; into a group, or into [RULES]. */
export function insertRule(
  file: FirewallFile,
  position: number,
  rule: FirewallRule,
  group?: string,
): FirewallFile {
  const target = ruleSection(group);
  const place = ruleAt(file, position, group);
  const made = place === undefined ? ensureSection(file, target) : file;
  const text = formatRule(rule);
  return place === undefined
    ? appendLine(made, target, text)
    : editLines(made, place.section, (lines) =>
        lines.toSpliced(place.index, 0, readLine(made, target, `${text}\n`)),
      );
}

/** Replaces the rule at that position, from 0; nothing changes when there is none. */
export function replaceRule(
  file: FirewallFile,
  position: number,
  rule: FirewallRule,
  group?: string,
): FirewallFile {
  const place = ruleAt(file, position, group);
  if (place === undefined) return file;
  const old = place.section.lines[place.index]?.text ?? '';
  const text = `${formatRule(rule)}${lineEnd(old)}`;
  return editLines(file, place.section, (lines) =>
    lines.with(place.index, readLine(file, ruleSection(group), text)),
  );
}

export function removeRule(file: FirewallFile, position: number, group?: string): FirewallFile {
  const place = ruleAt(file, position, group);
  return place === undefined
    ? file
    : editLines(file, place.section, (lines) => lines.toSpliced(place.index, 1));
}

interface SectionId {
  readonly kind: Exclude<SectionKind, 'none'>;
  readonly name?: string;
}

const ruleSection = (group?: string): SectionId =>
  group === undefined ? { kind: 'rules' } : { kind: 'group', name: group };

/** A comment is one line. */
const comment = (text = ''): string =>
  text.trim() === '' ? '' : ` # ${text.replaceAll(/\s+/gu, ' ').trim()}`;

const isAlias =
  (name: string) =>
  (line: FirewallLine): boolean =>
    line.type === 'alias' && line.name.toLowerCase() === name.toLowerCase();

const isEntry =
  (cidr: string) =>
  (line: FirewallLine): boolean =>
    line.type === 'entry' && line.cidr === cidr;

const isSection = (section: FirewallSection, { kind, name = '' }: SectionId): boolean =>
  section.kind === kind && section.name === name.toLowerCase();

/** Changes the last line of that kind, as it is the one that counts, or adds one behind the section's others. */
function putLine(
  file: FirewallFile,
  target: SectionId,
  isIt: (line: FirewallLine) => boolean,
  text: string,
): FirewallFile {
  const section = file.sections.findLast((one) => isSection(one, target) && one.lines.some(isIt));
  if (section === undefined) return appendLine(ensureSection(file, target), target, text);
  const at = section.lines.findLastIndex(isIt);
  const ending = lineEnd(section.lines[at]?.text ?? '');
  return editLines(file, section, (lines) => lines.with(at, readLine(file, target, `${text}${ending}`)));
}

function dropLines(
  file: FirewallFile,
  target: SectionId,
  isIt: (line: FirewallLine) => boolean,
): FirewallFile {
  const sections = file.sections.map((section) =>
    isSection(section, target) && section.lines.some(isIt)
      ? { ...section, lines: section.lines.filter((line) => !isIt(line)) }
      : section,
  );
  return { ...file, sections };
}

/** Behind the last line of the section that says something, before the empty lines at its end. */
function appendLine(file: FirewallFile, target: SectionId, text: string): FirewallFile {
  const section = file.sections.findLast((one) => isSection(one, target));
  if (section === undefined) return file;
  const closed = closeSection(section);
  const last = closed.lines.findLastIndex((line) => line.type !== 'blank');
  // PVE leaves one empty line behind a header.
  const at = last === -1 ? Math.min(1, closed.lines.length) : last + 1;
  const lines = closed.lines.toSpliced(at, 0, readLine(file, target, `${text}\n`));
  return { ...file, sections: file.sections.map((one) => (one === section ? { ...closed, lines } : one)) };
}

/** Lets the section's last line have its end. */
function closeSection(section: FirewallSection): FirewallSection {
  const last = section.lines.at(-1);
  if (last === undefined) return { ...section, header: closedLine(section.header) };
  return { ...section, lines: [...section.lines.slice(0, -1), { ...last, text: closedLine(last.text) }] };
}

function ensureSection(file: FirewallFile, target: SectionId): FirewallFile {
  return file.sections.some((section) => isSection(section, target)) ? file : addSection(file, target, '');
}

function addSection(file: FirewallFile, target: SectionId, note: string): FirewallFile {
  const later = file.sections.findIndex((section) => section.kind !== 'none' && rank(section) > rank(target));
  const at = later === -1 ? file.sections.length : later;
  const before = file.sections
    .slice(0, at)
    .map((section, index) => (index === at - 1 ? closeSection(section) : section));
  const made: FirewallSection = {
    kind: target.kind,
    name: (target.name ?? '').toLowerCase(),
    comment: note,
    header: `${headerOf(target)}${comment(note)}\n`,
    lines: [
      { type: 'blank', text: '\n' },
      { type: 'blank', text: '\n' },
    ],
  };
  return { ...file, sections: [...before, made, ...file.sections.slice(at)] };
}

const order: readonly SectionKind[] = ['none', 'options', 'aliases', 'ipset', 'rules', 'group'];

const rank = ({ kind, name = '' }: SectionId | FirewallSection): string =>
  `${order.indexOf(kind)}${name.toLowerCase()}`;

function headerOf({ kind, name = '' }: SectionId): string {
  if (kind === 'ipset') return `[IPSET ${name}]`;
  return kind === 'group' ? `[group ${name}]` : `[${kind.toUpperCase()}]`;
}

/** The rule at that position, over all sections that hold it: [RULES] goes on where it is there twice. */
function ruleAt(
  file: FirewallFile,
  position: number,
  group?: string,
): { readonly section: FirewallSection; readonly index: number } | undefined {
  const wanted = firewallRules(file, group)[position];
  const last = group === undefined ? undefined : namedSection(file, 'group', group);
  const holders = file.sections.filter((one) =>
    group === undefined ? isSection(one, { kind: 'rules' }) : one === last,
  );
  for (const section of holders) {
    const index = section.lines.findIndex((line) => line.type === 'rule' && line.rule === wanted);
    if (index !== -1) return { section, index };
  }
  return undefined;
}

function editLines(
  file: FirewallFile,
  target: FirewallSection,
  edit: (lines: readonly FirewallLine[]) => readonly FirewallLine[],
): FirewallFile {
  const sections = file.sections.map((section) =>
    section === target ? { ...section, lines: edit(section.lines) } : section,
  );
  return { ...file, sections };
}

/** The line as it will be read again, so that a value which PVE does not take is seen as broken. */
function readLine(file: FirewallFile, target: SectionId, text: string): FirewallLine {
  const read = decodeFirewall(file.scope, `${headerOf({ ...target, name: target.name ?? '' })}\n${text}`);
  return read.sections[1]?.lines[0] ?? { type: 'blank', text };
}
