import { didYouMean } from '../text/did-you-mean.ts';
import { checkValue } from './check-value.ts';
import { ipVersion, readRuleAddress, ruleAddressProblem } from './firewall-address.ts';
import { isIcmp, isIcmpType } from './firewall-icmp-types.ts';
import { macroName, macroNames } from './firewall-macros.ts';
import { rateLimit, type FirewallScope } from './firewall-options.ts';
import type { FirewallRule, RuleType } from './firewall-rule.ts';
import type { Alias, IpsetEntry } from './firewall.ts';

/**
 * Why PVE keeps a rule but never puts it in force (pve-firewall's Firewall.pm verify_rule); each "<what is>; <what is
 * wanted>". Names of services and protocols are not looked up, as they are the node's; nor are those of sets, aliases
 * and groups, as they may be another file's.
 */
export function checkRule(where: FirewallScope | 'group', rule: FirewallRule): readonly string[] {
  return [
    ...checkAction(where, rule),
    ...checkInterface(where, rule),
    ...checkPorts(rule),
    ...checkIcmpType(rule),
    ...[rule.source, rule.dest].flatMap((text) => (text === undefined ? [] : checkAddress(text))),
    ...checkVersions(rule),
  ];
}

/** Why PVE leaves an entry out of its IP set; a second entry for the same address is not looked for here. */
export function checkEntry({ cidr }: IpsetEntry): readonly string[] {
  const address = readRuleAddress(cidr);
  if (address.kind === 'alias') return [];
  if (address.kind === 'ipset' || ipVersion(cidr) === undefined)
    return [`"${cidr}" is no address; an address, a network like 10.0.0.0/24 or an alias is wanted`];
  return /\/0+$/u.test(cidr)
    ? [`"${cidr}" holds every address; a longer prefix is wanted, such as 0.0.0.0/1 and 128.0.0.0/1`]
    : [];
}

/** Why PVE reads an option and then fails with it: the limit of the log, which it takes apart later. */
export function checkOption({
  name,
  value,
}: {
  readonly name: string;
  readonly value: string;
}): readonly string[] {
  if (name !== 'log_ratelimit') return [];
  return checkValue({ type: 'string', format: rateLimit }, value).map(
    ({ message, path = [] }) => `${[name, ...path].join('.')}: ${message}`,
  );
}

/** Why an alias can't be put in force though PVE reads it: the kernel has no such prefix. */
export function checkAlias({ cidr }: Alias): readonly string[] {
  return ipVersion(cidr) === undefined
    ? [`"${cidr}" has a prefix that is too long; at most 32 is wanted for IPv4, 128 for IPv6`]
    : [];
}

const allowedTypes: Readonly<Record<FirewallScope | 'group', readonly RuleType[]>> = {
  guest: ['in', 'out', 'group'],
  group: ['in', 'out', 'forward'],
  cluster: ['in', 'out', 'forward', 'group'],
  host: ['in', 'out', 'forward', 'group'],
  vnet: ['forward', 'group'],
};

function checkAction(where: FirewallScope | 'group', rule: FirewallRule): readonly string[] {
  const { type, action, macro } = rule;
  const problems: string[] = [];
  const types = allowedTypes[where];
  if (!types.includes(type)) {
    const wanted = types.map((name) => name.toUpperCase()).join(', ');
    problems.push(`${type.toUpperCase()} is no direction here; one of ${wanted} is wanted`);
  }
  if (type === 'forward' && action === 'REJECT')
    problems.push('REJECT is not possible in direction FORWARD; DROP is wanted');
  if (type === 'group') {
    if (!/^[a-z][a-z0-9\-_]+$/iu.test(action))
      problems.push(`"${action}" is no name of a security group; letters, digits, "-" and "_" are wanted`);
  } else if (!['ACCEPT', 'DROP', 'REJECT'].includes(action)) {
    problems.push(
      `"${action}" is no action; ACCEPT, DROP, REJECT, or MACRO(ACTION) is wanted${didYouMean(action, ['ACCEPT', 'DROP', 'REJECT'])}`,
    );
  }
  if (macro !== undefined && macroName(macro) === undefined)
    problems.push(`"${macro}" is no macro that PVE knows${didYouMean(macro, macroNames)}`);
  return problems;
}

function checkInterface(where: FirewallScope | 'group', { iface }: FirewallRule): readonly string[] {
  if (iface === undefined) return [];
  if (where === 'group' || where === 'vnet')
    return ['-i is not allowed in a security group or for a vnet; a rule without it is wanted'];
  if (where === 'guest')
    return /^net\d+$/u.test(iface)
      ? []
      : [`"${iface}" is no interface of a guest; net0, net1, ... is wanted`];
  return /^[a-z][a-z0-9_]{1,20}(?:[:.]\d+)?$/iu.test(iface)
    ? []
    : [`"${iface}" is no name of an interface; letters, digits and "_" are wanted`];
}

const withPorts = new Set(['udp', '17', 'udplite', '136', 'tcp', '6', 'dccp', '33', 'sctp', '132']);

/** "0" is no port and no address to PVE, as Perl takes it for none. */
function checkPorts({ proto, dport, sport }: FirewallRule): readonly string[] {
  const problems: string[] = [];
  for (const [name, ports] of [
    ['-dport', dport],
    ['-sport', sport],
  ] as const) {
    if (ports === undefined || ports === '0') continue;
    problems.push(...checkPortList(ports, name === '-dport' && isIcmp(proto)));
    if (proto === undefined) problems.push(`${name} is there without -p; both are wanted`);
    else if (!withPorts.has(proto) && !(name === '-dport' && isIcmp(proto)))
      problems.push(
        `protocol "${proto}" has no ports; tcp, udp, sctp, dccp or udplite is wanted with ${name}`,
      );
  }
  return problems;
}

function checkPortList(text: string, orIcmpType: boolean): readonly string[] {
  const parts = text.split(',');
  const problems = parts.flatMap((part) => {
    if (part === '') return [`"${text}" has a comma too many; one between two ports is wanted`];
    const { from, to } = /^(?<from>\d+)(?::(?<to>\d+))?$/u.exec(part)?.groups ?? {};
    if (from === undefined)
      return /^[a-z0-9][a-z0-9_+.*/-]*$/iu.test(part) || orIcmpType
        ? []
        : [`"${part}" is no port; a number, a range like 80:85 or the name of a service is wanted`];
    if (Number(from) > 65535 || Number(to ?? 0) > 65535)
      return [`"${part}" is no port; at most 65535 is wanted`];
    return Number(from) > Number(to ?? from)
      ? [`"${part}" is a range backwards; ${to}:${from} is wanted`]
      : [];
  });
  const count = parts.reduce((sum, part) => sum + (part.includes(':') ? 2 : 1), 0);
  if (count > 15)
    problems.push(`the list has ${count} ports, a range counting as two; at most 15 are wanted`);
  return problems;
}

function checkIcmpType({ proto, dport, 'icmp-type': type }: FirewallRule): readonly string[] {
  if (type === undefined || type === '0') return [];
  if (!isIcmp(proto)) return ['-icmp-type is there without -p icmp or -p ipv6-icmp; both are wanted'];
  const problems: string[] = [];
  if (dport !== undefined && dport !== '0')
    problems.push('-icmp-type and -dport are both there; one of them is wanted');
  if (!isIcmpType(proto, type))
    problems.push(`"${type}" is no type of ${proto}; a name like echo-request is wanted`);
  return problems;
}

function checkAddress(text: string): readonly string[] {
  if (text === '0') return [];
  const address = readRuleAddress(text);
  if (address.kind !== 'addresses')
    return address.kind === 'alias' && text.length > 64
      ? [`"${text}" is too long for an alias; at most 64 characters are wanted`]
      : [];
  if (text.startsWith('+'))
    return [`"${text}" is no name of an IP set; +NAME, +dc/NAME, +guest/NAME or +sdn/NAME is wanted`];
  const { parts } = address;
  for (const part of parts) {
    const problem = ruleAddressProblem(part);
    if (problem !== undefined) return [problem];
  }
  if (parts.length > 1 && parts.some((part) => part.includes('-')))
    return [`"${text}" has a range in a list; a rule for each is wanted`];
  return new Set(parts.map(versionOfPart)).size > 1
    ? [`"${text}" has IPv4 and IPv6 addresses; a rule for each is wanted`]
    : [];
}

/** A rule is for one version: that of its addresses and its protocol. */
function checkVersions({ proto, source, dest }: FirewallRule): readonly string[] {
  const versions = [source, dest].flatMap((text) => {
    const address = text === undefined ? undefined : readRuleAddress(text);
    return address?.kind === 'addresses' && !text?.startsWith('+')
      ? address.parts.slice(0, 1).map(versionOfPart)
      : [];
  });
  if (proto === 'icmp') versions.push(4);
  else if (isIcmp(proto)) versions.push(6);
  return new Set(versions).size > 1
    ? ['the addresses and the protocol are of IPv4 and IPv6; a rule for each is wanted']
    : [];
}

const versionOfPart = (part: string): 4 | 6 => (part.includes(':') ? 6 : 4);
