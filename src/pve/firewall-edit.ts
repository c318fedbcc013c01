import { formatRule, type FirewallRule } from './firewall-rule.ts';
import {
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
} from './firewall.ts';
import {
  addSection,
  appendLine,
  comment,
  dropLines,
  dropSection,
  editLines,
  ensureSection,
  headerOf,
  isSection,
  putLine,
  readLine,
  type SectionId,
} from './firewall-edit-lines.ts';
import { indentOf, lineEnd } from './text-lines.ts';

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

/** Removes every line of an option. */
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

/** Removes an alias, found by its name in any case. */
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

/** Takes every entry for that address, network or alias out of an IP set. */
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
  const written = headerOf({ kind, name: old.name });
  const header = `${indentOf(old.header)}${written}${comment(note)}${lineEnd(old.header)}`;
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
  return dropSection(file, { kind, name });
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
  const text = `${indentOf(old)}${formatRule(rule)}${lineEnd(old)}`;
  return editLines(file, place.section, (lines) =>
    lines.with(place.index, readLine(file, ruleSection(group), text)),
  );
}

/** Removes the rule at that position, from 0; nothing changes when there is none. */
export function removeRule(file: FirewallFile, position: number, group?: string): FirewallFile {
  const place = ruleAt(file, position, group);
  return place === undefined
    ? file
    : editLines(file, place.section, (lines) => lines.toSpliced(place.index, 1));
}

const ruleSection = (group?: string): SectionId =>
  group === undefined ? { kind: 'rules' } : { kind: 'group', name: group };

const isAlias =
  (name: string) =>
  (line: FirewallLine): boolean =>
    line.type === 'alias' && line.name.toLowerCase() === name.toLowerCase();

const isEntry =
  (cidr: string) =>
  (line: FirewallLine): boolean =>
    line.type === 'entry' && line.cidr === cidr;

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
