import type { FileKind, Finding, Inspected, Mention } from './file-kind.ts';
import { readRuleAddress } from './firewall-address.ts';
import { checkAlias, checkEntry, checkOption, checkRule } from './firewall-check.ts';
import { normalFirewall } from './firewall-normal.ts';
import type { FirewallScope } from './firewall-options.ts';
import type { FirewallRule } from './firewall-rule.ts';
import {
  decodeFirewall,
  encodeFirewall,
  firewallAliases,
  firewallOptions,
  firewallRules,
  ipsetEntries,
  namedSection,
  sectionNames,
  type FirewallFile,
  type FirewallLine,
  type FirewallSection,
} from './firewall.ts';

export const firewallClusterFile: FileKind = {
  kind: 'firewall-cluster',
  summary: "The datacenter's firewall, firewall/cluster.fw.",
  path: /^\/etc\/pve\/firewall\/cluster\.fw$/u,
  looksLike: (text) =>
    /^[ \t]*(?:\[group\s+\S+\]|ebtables:|log_ratelimit:)/imu.test(text) ? 'certain' : likely(text),
  inspect: (text) => inspectFirewall('cluster', text),
};

export const firewallHostFile: FileKind = {
  kind: 'firewall-host',
  summary: "A node's firewall, nodes/NODE/host.fw.",
  path: /^\/etc\/pve\/nodes\/[^/]+\/host\.fw$/u,
  looksLike: (text) =>
    hasHeader(text) && /^[ \t]*(?:nosmurfs|tcpflags|smurf_log_level|nf_conntrack\w+|nftables):/imu.test(text)
      ? 'certain'
      : likely(text),
  inspect: (text) => inspectFirewall('host', text),
};

export const firewallGuestFile: FileKind = {
  kind: 'firewall-guest',
  summary: "A guest's firewall, firewall/VMID.fw.",
  path: /^\/etc\/pve\/firewall\/\d+\.fw$/u,
  looksLike: (text) =>
    hasHeader(text) && /^[ \t]*(?:macfilter|ipfilter|radv|dhcp):/imu.test(text) ? 'certain' : likely(text),
  inspect: (text) => inspectFirewall('guest', text),
};

export const firewallVnetFile: FileKind = {
  kind: 'firewall-vnet',
  summary: "A vnet's firewall, sdn/firewall/VNET.fw.",
  path: /^\/etc\/pve\/sdn\/firewall\/[^/]+\.fw$/u,
  looksLike: (text) => (hasHeader(text) && /^[ \t]*\|?forward\s/imu.test(text) ? 'likely' : 'no'),
  inspect: (text) => inspectFirewall('vnet', text),
};

const hasHeader = (text: string): boolean => /^[ \t]*\[(?:options|aliases|rules|ipset\s+\S+)\]/imu.test(text);

const likely = (text: string): 'likely' | 'no' => (hasHeader(text) ? 'likely' : 'no');

function inspectFirewall(scope: FirewallScope, text: string): Inspected {
  const file = decodeFirewall(scope, text);
  const lines = numbered(file);
  return {
    value: valueOf(file),
    encoded: encodeFirewall(file),
    normal: normalFirewall(file),
    findings: lines.flatMap((line) => findingsOf(scope, line)),
    refs: lines.flatMap(refsOf),
    defines: lines.flatMap(definesOf),
  };
}

interface NumberedLine {
  readonly section: FirewallSection;
  /** Undefined for the section's header. */
  readonly line: FirewallLine | undefined;
  readonly number: number;
  /** An entry whose address is in the IP set already. */
  readonly isAgain: boolean;
}

function numbered(file: FirewallFile): readonly NumberedLine[] {
  const found: NumberedLine[] = [];
  for (const section of file.sections) {
    if (section.header !== '')
      found.push({ section, line: undefined, number: found.length + 1, isAgain: false });
    const seen = new Set<string>();
    for (const line of section.lines) {
      const isAgain = line.type === 'entry' && seen.has(line.cidr);
      if (line.type === 'entry') seen.add(line.cidr);
      found.push({ section, line, number: found.length + 1, isAgain });
    }
  }
  return found;
}

function findingsOf(
  scope: FirewallScope,
  { section, line, number, isAgain }: NumberedLine,
): readonly Finding[] {
  const error = (code: string, message: string): Finding => ({
    line: number,
    severity: 'error',
    code: `firewall/${code}`,
    message,
  });
  if (line === undefined) return section.problem === undefined ? [] : [error('section', section.problem)];
  switch (line.type) {
    case 'broken':
      return [error('broken-line', line.problem)];
    case 'rule':
      return checkRule(section.kind === 'group' ? 'group' : scope, line.rule).map((message) =>
        error('rule', message),
      );
    case 'entry': {
      const twice: Finding = {
        line: number,
        severity: 'warning',
        code: 'firewall/entry-twice',
        message: `"${line.cidr}" is in this IP set already; once is wanted`,
      };
      return [...checkEntry(line).map((message) => error('entry', message)), ...(isAgain ? [twice] : [])];
    }
    case 'alias':
      return checkAlias(line).map((message) => error('alias', message));
    case 'option':
      return checkOption(line).map((message) => error('option', message));
    case 'blank':
    case 'comment':
      return [];
  }
}

function refsOf({ line, number }: NumberedLine): readonly Mention[] {
  if (line?.type === 'entry') return addressRefs(line.cidr, number);
  if (line?.type !== 'rule') return [];
  return ruleRefs(line.rule, number);
}

function ruleRefs(rule: FirewallRule, line: number): readonly Mention[] {
  if (rule.type === 'group') return [{ kind: 'security-group', name: rule.action, line }];
  return [rule.source, rule.dest].flatMap((text) => (text === undefined ? [] : addressRefs(text, line)));
}

/**
 * What PVE makes by itself is in no file: local_network, the set of what may manage the nodes, and SDN's sets, of which
 * the VNet or the guest is mentioned that they are of. IP sets are looked for as written, aliases in any case.
 */
function addressRefs(text: string, line: number): readonly Mention[] {
  const address = readRuleAddress(text);
  if (address.kind === 'addresses') return [];
  const { kind, scope, name } = address;
  const ofSdn = kind === 'ipset' && (scope === '' || scope === 'sdn') ? sdnSet(name) : undefined;
  if (scope === 'sdn') return ofSdn === undefined ? [] : [{ ...ofSdn, line }];
  const own = kind === 'alias' ? name.toLowerCase() : name;
  if (ofSdn !== undefined || (scope !== 'guest' && own === madeByPve[kind])) return [];
  return [{ kind, name: own, line, ...(scope !== '' && { scope }) }];
}

const madeByPve = { alias: 'local_network', ipset: 'management' } as const;

/** VNET-all, -gateway, -no-gateway, -dhcp; guest-ipam-VMID (proxmox-ve-config's sdn/config.rs and sdn/ipam.rs). */
function sdnSet(name: string): Omit<Mention, 'line'> | undefined {
  const { guest, vnet } =
    /^(?:guest-ipam-(?<guest>\d+)|(?<vnet>.+?)-(?:all|gateway|no-gateway|dhcp))$/u.exec(name)?.groups ?? {};
  if (guest !== undefined) return { kind: 'guest', name: guest };
  return vnet === undefined ? undefined : { kind: 'vnet', name: vnet };
}

function definesOf({ section, line, number }: NumberedLine): readonly Mention[] {
  if (line?.type === 'alias') return [{ kind: 'alias', name: line.name.toLowerCase(), line: number }];
  if (line !== undefined) return [];
  if (section.kind === 'ipset') return [{ kind: 'ipset', name: section.name, line: number }];
  return section.kind === 'group' ? [{ kind: 'security-group', name: section.name, line: number }] : [];
}

function valueOf(file: FirewallFile): unknown {
  return {
    options: Object.fromEntries(firewallOptions(file)),
    aliases: [...firewallAliases(file).values()],
    ipsets: sectionNames(file, 'ipset').map((name) => ({
      name,
      comment: namedSection(file, 'ipset', name)?.comment ?? '',
      entries: ipsetEntries(file, name),
    })),
    rules: firewallRules(file),
    groups: sectionNames(file, 'group').map((name) => ({
      name,
      comment: namedSection(file, 'group', name)?.comment ?? '',
      rules: firewallRules(file, name),
    })),
  };
}
