import type { Machine } from '../../machine.ts';
import { parseRule, printRule, type Rule } from './rule.ts';

/** Whose firewall it is (PVE::Firewall's rule_env): rules are checked by it. */
export type Owner = 'cluster' | 'host' | 'vm' | 'ct' | 'vnet';

/** Whose rules: a firewall's own, or those of a security group of the cluster. */
export type RulesOwner = Owner | 'group';

export interface Alias {
  readonly name: string;
  readonly cidr: string;
  readonly comment: string;
}

export interface SetEntry {
  readonly cidr: string;
  readonly nomatch: boolean;
  readonly comment: string;
}

/** Something with a name and a comment: an IP set, or a security group of rules. */
export interface Named<T> {
  comment: string;
  entries: T[];
}

/** A firewall's file, by its sections. */
export interface FirewallFile {
  readonly options: Map<string, string>;
  /** By the name in lower case. */
  readonly aliases: Map<string, Alias>;
  readonly ipsets: Map<string, Named<SetEntry>>;
  rules: Rule[];
  readonly groups: Map<string, Named<Rule>>;
}

const FOLDER = '/etc/pve/firewall';

/** Where the file of a firewall is; a guest's by its number, a virtual network's by its name. */
export function firewallPath({ name }: Machine, owner: Owner, id: string): string {
  if (owner === 'host') return `/etc/pve/nodes/${name}/host.fw`;
  if (owner === 'vnet') return `/etc/pve/sdn/firewall/${id}.fw`;
  return owner === 'cluster' ? `${FOLDER}/cluster.fw` : `${FOLDER}/${id}.fw`;
}

/** Reads a firewall's file; a line that PVE cannot read is left out. */
export function readFirewall({ files }: Machine, path: string): FirewallFile {
  const file: FirewallFile = {
    options: new Map(),
    aliases: new Map(),
    ipsets: new Map(),
    rules: [],
    groups: new Map(),
  };
  let read: (line: string) => void = () => undefined;
  for (const line of (files.read(path) ?? '').split('\n').map((each) => each.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const title = /^\[(options|aliases|rules|(?:group|ipset)\s+\S+)\]\s*(?:#\s*(.*))?$/i.exec(line);
    if (title === null) read(line);
    else read = sectionReader(file, (title[1] ?? '').toLowerCase(), title[2] ?? '');
  }
  return file;
}

function sectionReader(file: FirewallFile, title: string, comment: string): (line: string) => void {
  const [kind, name = ''] = title.split(/\s+/);
  if (kind === 'options') return (line) => readOption(file, line);
  if (kind === 'aliases') return (line) => readAlias(file, line);
  if (kind === 'rules') return (line) => readRule(file.rules, line);
  if (kind === 'group') {
    const group: Named<Rule> = { comment, entries: [] };
    file.groups.set(name, group);
    return (line) => readRule(group.entries, line);
  }
  const set: Named<SetEntry> = { comment, entries: [] };
  file.ipsets.set(name, set);
  return (line) => void set.entries.push(...readEntry(line));
}

function readRule(rules: Rule[], line: string): void {
  const rule = parseRule(line);
  if (rule !== undefined) rules.push(rule);
}

function readOption({ options }: FirewallFile, line: string): void {
  const [, name, value = ''] = /^(\w+):\s*(.*)$/.exec(line) ?? [];
  if (name !== undefined) options.set(name.toLowerCase(), value);
}

function readAlias({ aliases }: FirewallFile, line: string): void {
  const [, name, cidr = '', comment = ''] = /^(\S+)\s(\S+)\s*(?:#\s*(.*))?$/.exec(line) ?? [];
  if (name !== undefined) aliases.set(name.toLowerCase(), { name, cidr: shortCidr(cidr), comment });
}

function readEntry(line: string): readonly SetEntry[] {
  const [, not, cidr, comment = ''] = /^(!)?\s*([^\s#]+)\s*(?:#\s*(.*))?$/.exec(line) ?? [];
  return cidr === undefined ? [] : [{ cidr: shortCidr(cidr), nomatch: not !== undefined, comment }];
}

/** A network of one address is that address. */
export function shortCidr(cidr: string): string {
  return cidr.replace(cidr.includes(':') ? /\/128$/ : /\/32$/, '');
}

/** Writes a firewall's file as PVE does; one without anything is removed. */
export function writeFirewall({ files }: Machine, path: string, file: FirewallFile): void {
  const text = [
    ...(file.options.size === 0
      ? []
      : [
          section(
            'OPTIONS',
            '',
            [...file.options].map(([name, value]) => `${name}: ${value}`),
          ),
        ]),
    ...(file.aliases.size === 0
      ? []
      : [
          section(
            'ALIASES',
            '',
            sorted(file.aliases).map(([, one]) => aliasLine(one)),
          ),
        ]),
    ...sorted(file.ipsets).map(([name, set]) =>
      section(`IPSET ${name}`, set.comment, entryLines(set.entries)),
    ),
    ...(file.rules.length === 0 ? [] : [section('RULES', '', file.rules.map(printRule))]),
    ...sorted(file.groups).map(([name, group]) =>
      section(`group ${name}`, group.comment, group.entries.map(printRule)),
    ),
  ].join('');
  if (text !== '') files.write(path, text);
  else if (files.exists(path)) files.remove(path);
}

function sorted<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function section(title: string, comment: string, lines: readonly string[]): string {
  return `[${title}]${comment === '' ? '' : ` # ${comment}`}\n\n${lines.map((line) => `${line}\n`).join('')}\n`;
}

const behind = (comment: string): string => (comment.trim() === '' ? '' : ` # ${comment}`);

function aliasLine({ name, cidr, comment }: Alias): string {
  return `${name} ${cidr}${behind(comment)}`;
}

function entryLines(entries: readonly SetEntry[]): readonly string[] {
  return entries
    .toSorted((a, b) => (a.cidr < b.cidr ? -1 : 1))
    .map(({ cidr, nomatch, comment }) => `${nomatch ? '!' : ''}${cidr}${behind(comment)}`);
}
