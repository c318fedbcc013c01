import { isNetworkText } from './firewall-address.ts';
import { readFirewallOption, type FirewallScope } from './firewall-options.ts';
import { parseRule, type FirewallRule } from './firewall-rule.ts';
import { splitLines } from './text-lines.ts';

/**
 * PVE's firewall files, read as pve-firewall's Firewall.pm generic_fw_config_parser reads them, with every line kept:
 * encode(decode(text)) is text, always.
 */
export interface FirewallFile {
  readonly scope: FirewallScope;
  /** In the order of the file; the first holds what stands before any header. */
  readonly sections: readonly FirewallSection[];
}

export type SectionKind = 'none' | 'options' | 'aliases' | 'ipset' | 'rules' | 'group';

export interface FirewallSection {
  /** "none" is what PVE skips: lines before the first header, and a section whose name it refuses. */
  readonly kind: SectionKind;
  /** Of an ipset or group, in lower case as PVE has it; '' otherwise. */
  readonly name: string;
  readonly comment: string;
  /** Its "[...]" line with its end; '' for the first section. */
  readonly header: string;
  /** Why PVE refuses its name. */
  readonly problem?: string;
  readonly lines: readonly FirewallLine[];
}

/** A line with its end in `text`. */
export type FirewallLine =
  | { readonly type: 'blank' | 'comment'; readonly text: string }
  | { readonly type: 'option'; readonly text: string; readonly name: string; readonly value: string }
  | ({ readonly type: 'alias'; readonly text: string } & Alias)
  | ({ readonly type: 'entry'; readonly text: string } & IpsetEntry)
  | { readonly type: 'rule'; readonly text: string; readonly rule: FirewallRule }
  /** What PVE skips. "<what is>; <what is wanted>" */
  | { readonly type: 'broken'; readonly text: string; readonly problem: string };

export interface Alias {
  readonly name: string;
  readonly cidr: string;
  readonly comment?: string;
}

export interface IpsetEntry {
  /** An address, a network, or an alias ("dc/name", "guest/name", "name"). */
  readonly cidr: string;
  /** Written with a leading "!": not in the set though another entry says so. */
  readonly nomatch: boolean;
  readonly comment?: string;
}

/** Reads a firewall file. Takes any text. */
export function decodeFirewall(scope: FirewallScope, text: string): FirewallFile {
  const sections: (FirewallSection & { lines: FirewallLine[] })[] = [];
  let section: FirewallSection & { lines: FirewallLine[] } = {
    kind: 'none',
    name: '',
    comment: '',
    header: '',
    lines: [],
  };
  sections.push(section);
  for (const raw of splitLines(text)) {
    const line = bodyOf(raw);
    const header = line.startsWith('#') ? undefined : readHeader(scope, line);
    if (header === undefined) {
      section.lines.push(readLine(scope, section.kind, line, raw));
    } else {
      section = { ...header, header: raw, lines: [] };
      sections.push(section);
    }
  }
  return { scope, sections };
}

/** The text of the file; what was not edited comes out as it went in. */
export function encodeFirewall(file: FirewallFile): string {
  return file.sections
    .flatMap((section) => [section.header, ...section.lines.map((line) => line.text)])
    .join('');
}

/** The options by name, in PVE's own case; of one given twice the last counts. */
export function firewallOptions(file: FirewallFile): ReadonlyMap<string, string> {
  const lines = linesOf(file, 'options');
  return new Map(lines.flatMap((line) => (line.type === 'option' ? [[line.name, line.value] as const] : [])));
}

/** The aliases by name in lower case; of one given twice the last counts. */
export function firewallAliases(file: FirewallFile): ReadonlyMap<string, Alias> {
  return new Map(
    linesOf(file, 'aliases').flatMap((line) => {
      if (line.type !== 'alias') return [];
      const { name, cidr, comment } = line;
      return [[name.toLowerCase(), { name, cidr, ...(comment !== undefined && { comment }) }] as const];
    }),
  );
}

/** The rules of [RULES], or of the security group of that name, in order. */
export function firewallRules(file: FirewallFile, group?: string): readonly FirewallRule[] {
  const lines =
    group === undefined ? linesOf(file, 'rules') : (namedSection(file, 'group', group)?.lines ?? []);
  return lines.flatMap((line) => (line.type === 'rule' ? [line.rule] : []));
}

/** The entries of an ipset, in order; none when there is no such set. */
export function ipsetEntries(file: FirewallFile, name: string): readonly IpsetEntry[] {
  const lines = namedSection(file, 'ipset', name)?.lines ?? [];
  return lines.flatMap((line) => {
    if (line.type !== 'entry') return [];
    const { cidr, nomatch, comment } = line;
    return [{ cidr, nomatch, ...(comment !== undefined && { comment }) }];
  });
}

/** The names of the file's ipsets or groups, each once, in the order of the file. */
export function sectionNames(file: FirewallFile, kind: 'ipset' | 'group'): readonly string[] {
  return [...new Set(file.sections.flatMap((section) => (section.kind === kind ? [section.name] : [])))];
}

/** The ipset or group that counts: the last of that name, as PVE starts anew at each header. */
export function namedSection(
  file: FirewallFile,
  kind: 'ipset' | 'group',
  name: string,
): FirewallSection | undefined {
  return file.sections.findLast((section) => section.kind === kind && section.name === name.toLowerCase());
}

function linesOf(file: FirewallFile, kind: SectionKind): readonly FirewallLine[] {
  return file.sections.flatMap((section) => (section.kind === kind ? section.lines : []));
}

/** PVE drops blanks around a line, but not a carriage return: "[RULES]\r" is no header to it. */
const bodyOf = (raw: string): string =>
  raw
    .replace(/\n$/u, '')
    .replace(/^[ \t]+/u, '')
    .replace(/[ \t]+$/u, '');

const sectionsOfScope: Readonly<Record<FirewallScope, readonly SectionKind[]>> = {
  cluster: ['options', 'aliases', 'ipset', 'rules', 'group'],
  guest: ['options', 'aliases', 'ipset', 'rules'],
  host: ['options', 'rules'],
  vnet: ['options', 'rules'],
};

/** What a header opens; a header that this kind of file does not have is a line like any other. */
function readHeader(
  scope: FirewallScope,
  line: string,
): Omit<FirewallSection, 'header' | 'lines'> | undefined {
  if (!line.startsWith('[')) return undefined;
  const known = sectionsOfScope[scope];
  const plain = /^\[(?<word>options|aliases|rules)\]$/iu.exec(line)?.groups?.['word']?.toLowerCase();
  const kind = known.find((name) => name === plain);
  if (kind !== undefined) return { kind, name: '', comment: '' };
  const { word, name, note } =
    /^\[(?<word>ipset|group)\s+(?<name>\S+)\]\s*(?:#\s*(?<note>.*?)\s*)?$/isu.exec(line)?.groups ?? {};
  const named = known.find((one) => one === word?.toLowerCase());
  if (named === undefined || name === undefined) return undefined;
  const longest = named === 'group' ? 18 : 64;
  const isGood = namePattern.test(name) && name.length <= longest;
  if (isGood) return { kind: named, name: name.toLowerCase(), comment: commentOf(note).comment ?? '' };
  const what = named === 'group' ? 'a security group' : 'an IP set';
  return {
    kind: 'none',
    name: '',
    comment: '',
    problem: `"${name}" is no name of ${what}, so PVE skips the section; 2 to ${longest} letters, digits, "-" and "_" are wanted, a letter first`,
  };
}

/** Names of aliases, ipsets and groups (Firewall.pm). */
const namePattern = /^[a-z][a-z0-9\-_]+$/iu;

function readLine(scope: FirewallScope, kind: SectionKind, line: string, text: string): FirewallLine {
  if (/^\s*$/u.test(line)) return { type: 'blank', text };
  if (line.startsWith('#')) return { type: 'comment', text };
  const read = kind === 'none' ? skipped(line) : readers[kind](scope, line);
  return typeof read === 'string' ? { type: 'broken', text, problem: read } : { ...read, text };
}

const skipped = (line: string): string =>
  /^\[.*\]\r$/u.test(line)
    ? 'the line of this section ends with a carriage return, so PVE does not see it; a line feed alone is wanted'
    : 'the line is in no section, so PVE skips it; [OPTIONS], [RULES] or another section is wanted before it';

/** A line without its text, before it is known whether it can be read. */
type Unplaced<L> = L extends FirewallLine ? Omit<L, 'text'> : never;
type Read = Unplaced<Exclude<FirewallLine, { type: 'broken' | 'blank' | 'comment' }>> | string;

const readers: Readonly<Record<Exclude<SectionKind, 'none'>, (scope: FirewallScope, line: string) => Read>> =
  {
    options: (scope, line) => {
      const read = readFirewallOption(scope, line);
      return typeof read === 'string' ? read : { type: 'option', ...read };
    },
    aliases: (_, line) => {
      const { body = '', note } = /^(?<body>.*?)(?:\s*#\s*(?<note>.*?)\s*)?$/su.exec(line)?.groups ?? {};
      const { name, cidr } = /^(?<name>\S+)\s(?<cidr>\S+)$/u.exec(body)?.groups ?? {};
      if (name === undefined || cidr === undefined)
        return `"${body}" is no alias; NAME and ADDRESS are wanted, with one space between`;
      if (!isNetworkText(cidr))
        return `"${cidr}" is no address, so PVE skips the alias; an address or a network like 10.0.0.0/24 is wanted`;
      return { type: 'alias', name, cidr, ...commentOf(note) };
    },
    ipset: (_, line) => {
      const { body = '', note } = /^(?<body>[^#]*)(?:#\s*(?<note>.*?)\s*)?$/su.exec(line)?.groups ?? {};
      const { not, cidr } = /^(?<not>!?)\s*(?<cidr>\S+)\s*$/u.exec(body)?.groups ?? {};
      if (cidr === undefined)
        return `"${body}" is no entry of an IP set; one address, network or alias is wanted`;
      return { type: 'entry', cidr, nomatch: not === '!', ...commentOf(note) };
    },
    rules: readRule,
    group: readRule,
  };

function readRule(_: FirewallScope, line: string): Read {
  const rule = parseRule(line);
  return typeof rule === 'string' ? rule : { type: 'rule', rule };
}

/** "0" is no comment to PVE, as Perl takes it for false. */
const commentOf = (note: string | undefined): { readonly comment?: string } =>
  note === undefined || note === '' || note === '0' ? {} : { comment: note };
