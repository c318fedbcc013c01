import { isIP } from 'node:net';
import { refuseParameters } from '../failure.ts';
import type { Rule } from './rule.ts';

/** The macros of PVE (PVE/Firewall.pm). */
const MACROS: ReadonlyMap<string, string> = new Map(
  `Amanda Auth BGP BitTorrent BitTorrent32 Ceph CVS Citrix DAAP DCC DHCPfwd DNS Distcc FTP Finger GNUnet GRE Git HKP HTTP HTTPS ICPV2 ICQ
   IMAP IMAPS IPIP IPsec IPsecah IPsecnat IRC Jetdirect L2TP LDAP LDAPS MSNP MSSQL Mail MDNS Munin MySQL NNTP NNTPS NTP OSPF OpenVPN PCA
   PMG POP3 POP3S PPtP Ping PostgreSQL Printer RDP RIP RNDC Razor Rdate Rsync SANE SMB SMBswat SMTP SMTPS SNMP SPAMD SSH SVN SixXS
   SPICEproxy Squid Submission Syslog TFTP Telnet Telnets Time Trcrt VNC VNCL Web Webcache Webmin Whois`
    .split(/\s+/)
    .map((name) => [name.toLowerCase(), name]),
);

const WITH_PORTS = new Set('udp 17 udplite 136 tcp 6 dccp 33 sctp 132'.split(' '));
const ICMP = new Set('icmp 1 icmpv6 ipv6-icmp 58'.split(' '));

/** Names that a rule may use. */
export interface KnownNames {
  readonly aliases: ReadonlySet<string>;
  readonly ipsets: ReadonlySet<string>;
}

/** Refuses a rule that PVE refuses for a guest (PVE::Firewall::verify_rule); a macro gets its own spelling. Throws Failure. */
export function verifyGuestRule(rule: Rule, known: KnownNames): void {
  const type = rule.get('type') ?? '';
  const action = rule.get('action') ?? '';
  if (type === 'forward') refuseParameters({ type: "invalid rule type 'forward' for rule_env 'vm'" });
  if (type !== 'group' && !/^(?:ACCEPT|DROP|REJECT)$/.test(action))
    refuseParameters({ action: `unknown action '${action}'` });
  if (!/^net\d+$/.test(rule.get('iface') ?? 'net0'))
    refuseParameters({ iface: "value does not match the regex pattern 'net\\d+'" });
  const macro = rule.get('macro');
  if (macro !== undefined) {
    const name = MACROS.get(macro.toLowerCase()) ?? refuseParameters({ macro: `unknown macro '${macro}'` });
    rule.set('macro', name);
  }
  for (const name of ['dport', 'sport']) verifyPorts(rule, name);
  if (rule.has('icmp-type') && !ICMP.has(rule.get('proto') ?? ''))
    refuseParameters({ proto: "missing property - 'icmp-type' requires this property" });
  for (const name of ['source', 'dest']) verifyAddress(rule, name, known);
}

function verifyPorts(rule: Rule, name: string): void {
  const ports = rule.get(name);
  if (ports === undefined) return;
  const proto = rule.get('proto');
  for (const item of ports.split(',')) {
    const [from = '', to] = item.split(':');
    const wrong = [from, ...(to === undefined ? [] : [to])].find((port) => Number(port) > 65_535);
    if (wrong !== undefined) refuseParameters({ [name]: `invalid port '${wrong}'` });
    if (to !== undefined && Number(from) > Number(to))
      refuseParameters({
        [name]: `backwards range '${from}:${to}' not allowed, did you mean '${to}:${from}'?`,
      });
  }
  if (proto === undefined) refuseParameters({ proto: `missing property - '${name}' requires this property` });
  if (!WITH_PORTS.has(proto) && !(name === 'dport' && ICMP.has(proto)))
    refuseParameters({ [name]: `protocol '${proto}' does not support ports` });
}

function verifyAddress(rule: Rule, name: string, { aliases, ipsets }: KnownNames): void {
  const value = rule.get(name) ?? '';
  const isAddress = value.split(/[,-]/).every((part) => isIP(part.replace(/\/\d+$/, '')) !== 0);
  if (value === '' || isAddress) return;
  const set = /^\+(?:guest\/|dc\/|sdn\/)?([A-Za-z][\w-]+)$/.exec(value)?.[1];
  if (set !== undefined && !ipsets.has(set)) refuseParameters({ [name]: `no such ipset '${set}'` });
  const alias = /^(?:guest\/|dc\/)?([A-Za-z][\w-]+)$/.exec(value)?.[1];
  if (alias !== undefined && !aliases.has(alias.toLowerCase()))
    refuseParameters({ [name]: `no such alias '${value}'` });
}
