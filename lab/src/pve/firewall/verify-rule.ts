import { isIP } from 'node:net';
import { refuseParameters } from '../failure.ts';
import type { FirewallFile, RulesOwner } from './firewall-file.ts';
import { checkAgainstMacro, macroName } from './macros.ts';
import type { Rule } from './rule.ts';

const WITH_PORTS = new Set('udp 17 udplite 136 tcp 6 dccp 33 sctp 132'.split(' '));
const ICMP = new Set('icmp 1 icmpv6 ipv6-icmp 58'.split(' '));

/** Which rules each may have. */
const TYPES: Readonly<Record<RulesOwner, readonly string[]>> = {
  ct: ['in', 'out', 'group'],
  vm: ['in', 'out', 'group'],
  group: ['in', 'out', 'forward'],
  cluster: ['in', 'out', 'forward', 'group'],
  host: ['in', 'out', 'forward', 'group'],
  vnet: ['forward', 'group'],
};

/** Refuses a rule that PVE refuses (PVE::Firewall::verify_rule); a macro gets its own spelling. `files` are those whose names it may use. Throws Failure. */
export function verifyRule(rule: Rule, owner: RulesOwner, files: readonly FirewallFile[]): void {
  verifyTypeAndAction(rule, owner);
  const iface = rule.get('iface');
  if (iface !== undefined && (owner === 'group' || owner === 'vnet'))
    refuseParameters({ type: 'parameter -i not allowed for this rule type' });
  if (iface !== undefined && (owner === 'vm' || owner === 'ct') && !/^net\d+$/.test(iface))
    refuseParameters({ iface: "value does not match the regex pattern 'net\\d+'" });
  verifyMacro(rule);
  for (const name of ['dport', 'sport']) verifyProtocol(rule, name);
  if (rule.has('icmp-type') && !ICMP.has(rule.get('proto') ?? ''))
    refuseParameters({ proto: "missing property - 'icmp-type' requires this property" });
  if (rule.has('icmp-type') && rule.has('dport'))
    refuseParameters({ 'icmp-type': "'icmp-type' cannot be specified together with 'dport'" });
  for (const name of ['source', 'dest']) verifyName(rule, name, files);
  refuseMixture(rule, files);
  if (rule.has('macro')) checkAgainstMacro(rule, ipVersion(rule, files));
}

function verifyTypeAndAction(rule: Rule, owner: RulesOwner): void {
  const type = rule.get('type') ?? '';
  const action = rule.get('action') ?? '';
  if (!TYPES[owner].includes(type))
    refuseParameters({ type: `invalid rule type '${type}' for rule_env '${owner}'` });
  if (type === 'group') return;
  if (type === 'forward' && action === 'REJECT')
    refuseParameters({ action: 'cannot define REJECT rules on forward chain' });
  if (!/^(?:ACCEPT|DROP|REJECT)$/.test(action)) refuseParameters({ action: `unknown action '${action}'` });
}

function verifyMacro(rule: Rule): void {
  const macro = rule.get('macro');
  if (macro === undefined) return;
  rule.set('macro', macroName(macro) ?? refuseParameters({ macro: `unknown macro '${macro}'` }));
}

function verifyProtocol(rule: Rule, name: string): void {
  if (!rule.has(name)) return;
  const proto = rule.get('proto');
  if (proto === undefined) refuseParameters({ proto: `missing property - '${name}' requires this property` });
  if (!WITH_PORTS.has(proto) && !(name === 'dport' && ICMP.has(proto)))
    refuseParameters({ [name]: `protocol '${proto}' does not support ports` });
}

const NAME = '[A-Za-z][A-Za-z0-9_-]+';
const ALIAS = new RegExp(`^(?:guest/|dc/)?(${NAME})$`);

function verifyName(rule: Rule, name: string, files: readonly FirewallFile[]): void {
  const value = rule.get(name) ?? '';
  if (value.startsWith('+')) {
    const set =
      new RegExp(`^\\+(?:guest/|dc/|sdn/)?(${NAME})$`).exec(value)?.[1] ??
      refuseParameters({ [name]: `invalid ipset name '${value}'` });
    if (!files.some(({ ipsets }) => ipsets.has(set))) refuseParameters({ [name]: `no such ipset '${set}'` });
    return;
  }
  const alias = ALIAS.exec(value)?.[1];
  if (alias !== undefined && aliasOf(alias, files) === undefined)
    refuseParameters({ [name]: `no such alias '${value}'` });
}

function aliasOf(name: string, files: readonly FirewallFile[]): string | undefined {
  return files.map(({ aliases }) => aliases.get(name.toLowerCase())?.cidr).find((cidr) => cidr !== undefined);
}

/** 4 or 6 for a rule whose protocol or addresses are of one kind. */
export function ipVersion(rule: Rule, files: readonly FirewallFile[]): number | undefined {
  return versions(rule, files).find(({ version }) => version !== undefined)?.version;
}

/** 4 or 6 by each part of a rule that can tell. */
function versions(
  rule: Rule,
  files: readonly FirewallFile[],
): readonly { readonly name: string; readonly version: number | undefined }[] {
  const proto = rule.get('proto') ?? '';
  const ofProto = proto === 'icmp' ? 4 : /^(?:icmpv6|ipv6-icmp)$/.test(proto) ? 6 : undefined;
  return [
    { name: 'proto', version: ofProto },
    ...['source', 'dest'].map((name) => ({ name, version: addressVersion(rule.get(name) ?? '', files) })),
  ];
}

function addressVersion(value: string, files: readonly FirewallFile[]): number | undefined {
  const alias = ALIAS.exec(value)?.[1];
  const address = alias === undefined ? value : (aliasOf(alias, files) ?? '');
  const version = isIP((address.split(/[,-]/)[0] ?? '').replace(/\/\d+$/, ''));
  return version === 0 ? undefined : version;
}

function refuseMixture(rule: Rule, files: readonly FirewallFile[]): void {
  const first = ipVersion(rule, files);
  const other = versions(rule, files).find(({ version }) => version !== undefined && version !== first);
  if (other !== undefined) refuseParameters({ [other.name]: 'detected mixed ipv4/ipv6 addresses in rule' });
}
