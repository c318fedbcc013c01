import { isIP } from 'node:net';
import { die } from '../failure.ts';
import type { Verifier } from './verifier.ts';

const NAME = /^(?:dc\/|guest\/)?[A-Za-z][A-Za-z0-9_-]+$/;

/** Services of /etc/services that rules are likely to name. */
const SERVICES = new Set(
  `ftp-data ftp ssh telnet smtp time domain bootps bootpc tftp http kerberos pop3 sunrpc ntp netbios-ns netbios-dgm netbios-ssn imap2 snmp
   snmp-trap ldap https microsoft-ds submission ldaps rsync imaps pop3s openvpn mysql postgresql nfs sip sip-tls rtsp syslog xmpp-client
   radius radius-acct isakmp x11 git zabbix-agent zabbix-trapper puppet`.split(/\s+/),
);
const PROTOCOLS = new Set(
  `ip icmp igmp ggp ipencap st tcp egp igp pup udp hmp xns-idp rdp iso-tp4 dccp xtp ddp idpr-cmtp ipv6 ipv6-route ipv6-frag idrp rsvp gre
   esp ah skip ipv6-icmp ipv6-nonxt ipv6-opts rspf vmtp eigrp ospf ax.25 ipip etherip encap pim ipcomp vrrp l2tp isis sctp fc
   mobility-header udplite mpls-in-ip manet hip shim6 wesp rohc ethernet icmpv6`.split(/\s+/),
);
const HELPERS = new Set('amanda ftp irc netbios-ns pptp sane sip snmp tftp'.split(' '));

function verifyCidr(value: string): void {
  const [address = '', length, more] = value.split('/');
  const bits = isIP(address) === 4 ? 32 : 128;
  if (isIP(address) === 0 || more !== undefined || (length !== undefined && !/^\d+$/.test(length)))
    die('value does not look like a valid IP address or CIDR network');
  if (length !== undefined && Number(length) > bits)
    die(`pvefleet-lab: what PVE says of the mask of '${value}' is not modelled`);
}

function verifyAddresses(value: string): void {
  if (/^\+\S+$/.test(value)) {
    if (value.length > 65) die('ipset name too long');
    return;
  }
  if (NAME.test(value)) {
    if (value.length > 64) die('alias name too long');
    return;
  }
  if (/,$|^,|,,/.test(value)) die('extraneous commas in list');
  const items = value.split(',');
  const versions = items.map((item) => item.split('-').map((part) => isIP(part.replace(/\/\d+$/, ''))));
  if (versions.flat().includes(0))
    die(`pvefleet-lab: what PVE says of the address '${value}' is not modelled`);
  if (new Set(versions.flat()).size > 1) die(`detected mixed ipv4/ipv6 addresses in address list '${value}'`);
  if (items.length > 1 && value.includes('-')) die("you can't use a range in a list");
}

function verifyPorts(value: string): void {
  const items = value.split(',');
  if (items.includes('')) die('extraneous commas in list');
  let count = 0;
  for (const item of items) {
    const [, from, to] = /^(\d+)(?::(\d+))?$/.exec(item) ?? [];
    if (from === undefined) {
      if (!SERVICES.has(item)) die(`pvefleet-lab: the port '${item}' is not modelled`);
      continue;
    }
    count += to === undefined ? 1 : 2;
    for (const port of [from, to]) if (Number(port ?? 0) > 65_535) die(`invalid port '${port}'`);
    if (to !== undefined && Number(from) > Number(to))
      die(`backwards range '${from}:${to}' not allowed, did you mean '${to}:${from}'?`);
  }
  if (count > 15) die('too many entries in port list (> 15 numbers)');
}

/** Formats of what a rule of the firewall says. Source: PVE/Firewall.pm. */
export const FIREWALL_VERIFIERS: Readonly<Record<string, Verifier>> = {
  IPorCIDR: verifyCidr,
  IPorCIDRorAlias: (value) => {
    if (!NAME.test(value)) verifyCidr(value);
  },
  'pve-fw-addr-spec': verifyAddresses,
  'pve-fw-dport-spec': verifyPorts,
  'pve-fw-sport-spec': verifyPorts,
  'pve-fw-protocol-spec': (value) => {
    if (value !== '' && !PROTOCOLS.has(value) && !/^\d{1,3}$/.test(value)) die(`unknown protocol '${value}'`);
  },
  // The names of ICMP's types are many; what is none is not found out.
  'pve-fw-icmp-type-spec': () => undefined,
  'pve-fw-conntrack-helper': (value) => {
    if (/,$|^,|,,/.test(value)) die('extraneous commas in list');
    const wrong = value.split(',').find((helper) => !HELPERS.has(helper));
    if (wrong !== undefined) die(`pvefleet-lab: what PVE says of the helper '${wrong}' is not modelled`);
  },
};
