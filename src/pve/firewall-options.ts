import type { PropertyFormat } from './schema/property-schema.ts';

/** cluster.fw, a node's host.fw, a guest's VMID.fw, a vnet's file. */
export type FirewallScope = 'cluster' | 'host' | 'guest' | 'vnet';

/** One option of a firewall file's [OPTIONS] (pve-firewall's Firewall.pm parse_clusterfw_option and its like). */
export interface FirewallOption {
  /** The whole value, in any case. */
  readonly pattern: RegExp;
  /** "0 or 1" */
  readonly wanted: string;
  /** The case that PVE keeps it in. */
  readonly fold: 'lower' | 'upper' | 'as-is';
  /** The value that absence means, by the code that uses it; left out where no value means the same. */
  readonly absent?: string;
}

/** An option's name and value as PVE has them after reading; a text is why PVE skips the line. */
export function readFirewallOption(
  scope: FirewallScope,
  line: string,
): { readonly name: string; readonly value: string } | string {
  const { written, value } = /^(?<written>[^\s:]+):\s*(?<value>.*?)\s*$/su.exec(line)?.groups ?? {};
  if (written === undefined || value === undefined) return `"${line}" is no option; "name: value" is wanted`;
  const name = written.toLowerCase();
  const option = firewallOption(scope, name);
  if (option === undefined || (name === 'log_ratelimit' && written !== name))
    return `"${written}" is no firewall option here; ${Object.keys(tables[scope]).join(', ')} are known`;
  if (!option.pattern.test(value)) return `"${value}" is no value of "${name}"; ${option.wanted} is wanted`;
  return { name, value: folded(option, value) };
}

/** What PVE knows of an option in that kind of file. */
export function firewallOption(scope: FirewallScope, name: string): FirewallOption | undefined {
  return Object.hasOwn(tables[scope], name) ? tables[scope][name] : undefined;
}

function folded(option: FirewallOption, value: string): string {
  if (option.fold === 'as-is') return /^\d+$/u.test(value) ? BigInt(value).toString() : value;
  return option.fold === 'lower' ? value.toLowerCase() : value.toUpperCase();
}

const flag = (absent?: '0' | '1'): FirewallOption => ({
  pattern: /^[01]$/u,
  wanted: '0 or 1',
  fold: 'as-is',
  ...(absent !== undefined && { absent }),
});

const count = (absent?: string): FirewallOption => ({
  pattern: /^\d+$/u,
  wanted: 'a whole number',
  fold: 'as-is',
  ...(absent !== undefined && { absent }),
});

/** An empty level is none (get_option_log_level). */
const level: FirewallOption = {
  pattern: /^(?:emerg|alert|crit|err|warning|notice|info|debug|nolog|)$/iu,
  wanted: 'emerg, alert, crit, err, warning, notice, info, debug or nolog',
  fold: 'lower',
  absent: 'nolog',
};

const policy = (absent: 'ACCEPT' | 'DROP'): FirewallOption => ({
  pattern: /^(?:ACCEPT|DROP|REJECT)$/iu,
  wanted: 'ACCEPT, DROP or REJECT',
  fold: 'upper',
  absent,
});

/** What the limit of the log is made of (Firewall.pm $cluster_option_properties). */
export const rateLimit: PropertyFormat = {
  enable: { type: 'boolean', defaultKey: true },
  rate: { type: 'string', optional: true, pattern: '[1-9][0-9]*/(second|minute|hour|day)' },
  burst: { type: 'integer', optional: true, minimum: 0 },
};

const tables: Readonly<Record<FirewallScope, Readonly<Record<string, FirewallOption>>>> = {
  cluster: {
    enable: count('0'),
    ebtables: flag('1'),
    policy_in: policy('DROP'),
    policy_out: policy('ACCEPT'),
    policy_forward: policy('ACCEPT'),
    log_ratelimit: { pattern: /^\S+$/u, wanted: 'enable=1,rate=1/second,burst=5', fold: 'as-is' },
  },
  host: {
    enable: flag('1'),
    nosmurfs: flag('1'),
    tcpflags: flag('0'),
    ndp: flag('1'),
    log_nf_conntrack: flag('0'),
    nf_conntrack_allow_invalid: flag('0'),
    protection_synflood: flag('0'),
    nftables: flag('0'),
    log_level_in: level,
    log_level_out: level,
    log_level_forward: level,
    tcp_flags_log_level: level,
    smurf_log_level: level,
    nf_conntrack_helpers: {
      pattern:
        /^(?:amanda|ftp|irc|netbios-ns|pptp|sane|sip|snmp|tftp)(?:,(?:amanda|ftp|irc|netbios-ns|pptp|sane|sip|snmp|tftp))*$/iu,
      wanted: 'a list of amanda, ftp, irc, netbios-ns, pptp, sane, sip, snmp and tftp',
      fold: 'lower',
    },
    nf_conntrack_max: count('262144'),
    nf_conntrack_tcp_timeout_established: count('432000'),
    nf_conntrack_tcp_timeout_syn_recv: count('60'),
    protection_synflood_rate: count('200'),
    protection_synflood_burst: count('1000'),
    protection_limit: count(),
  },
  guest: {
    enable: flag('0'),
    // The schema says 0, the rules are made as for 1 (ruleset_create_vm_chain): absence is equal to neither.
    dhcp: flag(),
    ndp: flag('1'),
    radv: flag('0'),
    macfilter: flag('1'),
    ipfilter: flag('0'),
    ips: flag('0'),
    log_level_in: level,
    log_level_out: level,
    policy_in: policy('DROP'),
    policy_out: policy('ACCEPT'),
    ips_queues: { pattern: /^\d+(?::\d+)?$/u, wanted: 'a queue like 0 or 0:3', fold: 'as-is' },
    layer2_protocols: { pattern: /^\S+$/u, wanted: 'a list of Ethernet protocols', fold: 'as-is' },
  },
  vnet: {
    enable: count('0'),
    policy_forward: {
      pattern: /^(?:ACCEPT|DROP)$/iu,
      wanted: 'ACCEPT or DROP',
      fold: 'upper',
      absent: 'ACCEPT',
    },
    log_level_forward: {
      ...level,
      pattern: /^(?:emerg|alert|crit|err|warning|notice|info|debug|nolog)$/iu,
    },
  },
};
