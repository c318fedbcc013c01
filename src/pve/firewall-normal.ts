import { hasHostBits, networkForm, readRuleAddress } from './firewall-address.ts';
import { checkOption } from './firewall-check.ts';
import { isIcmpType } from './firewall-icmp-types.ts';
import { macroName } from './firewall-macros.ts';
import { firewallOption, rateLimit, type FirewallScope } from './firewall-options.ts';
import type { FirewallRule } from './firewall-rule.ts';
import {
  firewallAliases,
  firewallOptions,
  firewallRules,
  ipsetEntries,
  namedSection,
  sectionNames,
  type FirewallFile,
  type IpsetEntry,
} from './firewall.ts';
import { decodePropertyString } from './property-string.ts';

/**
 * What a firewall file means to PVE (pve-firewall's Firewall.pm): the order of rules counts, that of options, aliases,
 * sets and their entries does not; comment lines and lines that PVE skips are no part of it, comments behind a rule,
 * alias, entry or header are. Numbers and names of ports and protocols stay apart, as only a node's /etc/services and
 * /etc/protocols know which is which.
 */
export function normalFirewall(file: FirewallFile): unknown {
  return {
    options: normalOptions(file),
    aliases: sortedRecord(
      [...firewallAliases(file)].map(([name, { cidr, comment }]) => [
        name,
        { cidr: networkForm(cidr), ...(comment !== undefined && { comment }) },
      ]),
    ),
    ipsets: sortedRecord(
      sectionNames(file, 'ipset').map((name) => [
        name,
        {
          comment: namedSection(file, 'ipset', name)?.comment ?? '',
          entries: entrySet(ipsetEntries(file, name)),
        },
      ]),
    ),
    rules: firewallRules(file).map(normalRule),
    groups: sortedRecord(
      sectionNames(file, 'group').map((name) => [
        name,
        {
          comment: namedSection(file, 'group', name)?.comment ?? '',
          rules: firewallRules(file, name).map(normalRule),
        },
      ]),
    ),
  };
}

/** Options without those that say what their absence says. */
function normalOptions(file: FirewallFile): unknown {
  const entries = [...firewallOptions(file)].flatMap(([name, value]) => {
    const form = optionForm(file.scope, name, value);
    return form === undefined ? [] : [[name, form] as const];
  });
  return sortedRecord(entries);
}

/** Lists of helpers and protocols are sets; an empty log level is none; undefined for what absence means too. */
function optionForm(scope: FirewallScope, name: string, value: string): unknown {
  const absent = firewallOption(scope, name)?.absent;
  if (name === 'log_ratelimit') {
    // PVE dies of one that it does not take, so it means only itself.
    if (checkOption({ name, value }).length > 0) return value;
    const { values } = decodePropertyString(rateLimit, value);
    const limit = { ...rateLimitDefault, ...values };
    return JSON.stringify(sortedRecord(Object.entries(limit))) ===
      JSON.stringify(sortedRecord(Object.entries(rateLimitDefault)))
      ? undefined
      : sortedRecord(Object.entries(limit));
  }
  if (name === 'nf_conntrack_helpers' || name === 'layer2_protocols')
    return [...new Set(value.split(',').filter((part) => part !== ''))].toSorted();
  const form = value === '' ? 'nolog' : value;
  return form === absent ? undefined : form;
}

/** The defaults of the limit of the log. */
const rateLimitDefault = { enable: '1', rate: '1/second', burst: '5' };

/** Of entries for one address the first counts (format_ipsets). */
function entrySet(entries: readonly IpsetEntry[]): unknown {
  const byAddress = new Map<string, unknown>();
  for (const { cidr, nomatch, comment } of entries) {
    const key = entryForm(cidr);
    if (!byAddress.has(key)) byAddress.set(key, { nomatch, ...(comment !== undefined && { comment }) });
  }
  return sortedRecord([...byAddress]);
}

/** Aliases are found in any case (resolve_alias). */
const entryForm = (cidr: string): string =>
  readRuleAddress(cidr).kind === 'alias' ? cidr.toLowerCase() : networkForm(cidr);

function normalRule(rule: FirewallRule): unknown {
  const { macro, source, dest, dport, sport, log, 'icmp-type': icmpType, ...rest } = rule;
  // A type of ICMP was once written as a port, and both become the same match (ipt_rule_to_cmds).
  const isType =
    dport !== undefined &&
    icmpType === undefined &&
    rule.proto !== 'ipv6-icmp' &&
    isIcmpType(rule.proto, dport);
  const type = isType ? dport : icmpType;
  return {
    ...rest,
    ...(macro !== undefined && { macro: macroName(macro) ?? macro }),
    ...(source !== undefined && { source: addressForm(source) }),
    ...(dest !== undefined && { dest: addressForm(dest) }),
    ...(dport !== undefined && !isType && { dport: listForm(dport) }),
    ...(sport !== undefined && { sport: listForm(sport) }),
    ...(log !== undefined && log !== 'nolog' && { log }),
    ...(type !== undefined && { 'icmp-type': type }),
  };
}

/** Aliases in any case, addresses as a set; the name of an IP set is read as it is written (verify_rule). */
function addressForm(text: string): string {
  const address = readRuleAddress(text);
  if (address.kind === 'addresses')
    return [...new Set(address.parts.map(ruleNetworkForm))].toSorted().join(',');
  return address.kind === 'alias' ? text.toLowerCase() : text;
}

/** What PVE does not take in a rule stays apart from what it takes. */
const ruleNetworkForm = (part: string): string => (hasHostBits(part) ? part : networkForm(part));

const listForm = (text: string): string => [...new Set(text.split(','))].toSorted().join(',');

/** Has no prototype, so that any name may be a key. */
function sortedRecord(entries: readonly (readonly [string, unknown])[]): Readonly<Record<string, unknown>> {
  const record: Record<string, unknown> = Object.create(null);
  for (const [key, value] of entries.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b))))
    record[key] = value;
  return record;
}
