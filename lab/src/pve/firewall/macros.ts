import { refuseParameters } from '../failure.ts';
import type { Rule } from './rule.ts';

/** The macros of PVE (PVE/Firewall.pm): `protocol/ports<source ports` of each rule that a macro stands for. */
const MACROS = `Amanda udp/10080 tcp/10080|Auth tcp/113|BGP tcp/179|BitTorrent tcp/6881:6889 udp/6881|BitTorrent32 tcp/6881:6999 udp/6881
  Ceph tcp/6789 tcp/3300 tcp/6800:7300|CVS tcp/2401|Citrix tcp/1494 udp/1604 tcp/2598|DAAP tcp/3689 udp/3689|DCC tcp/6277
  DHCPfwd udp/67:68<67:68|DHCPv6 udp/546:547<546:547|DNS udp/53 tcp/53|Distcc tcp/3632|FTP tcp/21|Finger tcp/79
  GNUnet tcp/2086 udp/2086 tcp/1080 udp/1080|GRE 47|Git tcp/9418|HKP tcp/11371|HTTP tcp/80|HTTPS tcp/443|ICPV2 udp/3130|ICQ tcp/5190
  IMAP tcp/143|IMAPS tcp/993|IPIP 94|IPsec udp/500<500 50|IPsecah udp/500<500 51|IPsecnat udp/500 udp/4500 50|IRC tcp/6667
  Jetdirect tcp/9100|L2TP udp/1701|LDAP tcp/389|LDAPS tcp/636|MSNP tcp/1863|MSSQL tcp/1433|Mail tcp/25 tcp/465 tcp/587|MDNS udp/5353
  Munin tcp/4949|MySQL tcp/3306|NNTP tcp/119|NNTPS tcp/563|NTP udp/123|OSPF 89|OpenVPN udp/1194|PCA udp/5632 tcp/5631|PMG tcp/8006
  NeighborDiscovery icmpv6/router-solicitation icmpv6/router-advertisement icmpv6/neighbor-solicitation icmpv6/neighbor-advertisement
  POP3 tcp/110|POP3S tcp/995|PPtP 47 tcp/1723|Ping icmp/echo-request|PostgreSQL tcp/5432|Printer tcp/515|RDP tcp/3389|RIP udp/520
  RNDC tcp/953|Razor tcp/2703|Rdate tcp/37|Rsync tcp/873|SANE tcp/6566|SMB udp/135,445 udp/137:139 udp/1024:65535<137 tcp/135,139,445
  SMBswat tcp/901|SMTP tcp/25|SMTPS tcp/465|SNMP udp/161:162 tcp/161|SPAMD tcp/783|SSH tcp/22|SVN tcp/3690
  SixXS tcp/3874 udp/3740 41 udp/5072,8374|SPICEproxy tcp/3128|Squid tcp/3128|Submission tcp/587|Syslog udp/514 tcp/514|TFTP udp/69
  Telnet tcp/23|Telnets tcp/992|Time tcp/37|Trcrt udp/33434:33524 icmp/echo-request|VNC tcp/5900:5999|VNCL tcp/5500|Web tcp/80 tcp/443
  Webcache tcp/8080|Webmin tcp/10000|Whois tcp/43`;

/** Those that stand for something else in a rule of IPv6. */
const OF_IPV6 = 'Ping icmpv6/echo-request|Trcrt udp/33434:33524 icmpv6/echo-request';

interface Macro {
  readonly name: string;
  readonly rules: readonly Readonly<Record<string, string | undefined>>[];
}

/** By the names in lower case. */
function readMacros(text: string): ReadonlyMap<string, Macro> {
  return new Map(
    text.split(/\||\n/).map((macro) => {
      const [name = '', ...rules] = macro.trim().split(' ');
      return [name.toLowerCase(), { name, rules: rules.map(readRule) }];
    }),
  );
}

function readRule(text: string): Macro['rules'][number] {
  const [, proto, dport, sport] = /^([^/]+)(?:\/([^<]+))?(?:<(.+))?$/.exec(text) ?? [];
  return { proto, dport, sport };
}

const ALL = readMacros(MACROS);
const IPV6 = readMacros(OF_IPV6);

/** A macro's name as PVE spells it, however it is given. */
export function macroName(given: string): string | undefined {
  return ALL.get(given.toLowerCase())?.name;
}

/** Refuses what a rule says otherwise than its macro does. Throws Failure. */
export function checkAgainstMacro(rule: Rule, version: number | undefined): void {
  const name = (rule.get('macro') ?? '').toLowerCase();
  const macro = (version === 6 ? IPV6.get(name) : undefined) ?? ALL.get(name);
  for (const values of macro?.rules ?? [])
    for (const [option, value] of Object.entries(values)) {
      const given = rule.get(option);
      if (value !== undefined && given !== undefined && given !== value)
        refuseParameters({ [option]: `parameter '${option}' already define in macro (value = '${value}')` });
    }
}
