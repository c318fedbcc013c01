import { dnsName, isCidr4, isCidr6, isIp } from './address-forms.ts';
import { parseCalendarEvent } from './calendar-event.ts';
import { isIpv4, isIpv6 } from './ip-address.ts';
import { byPattern, oneOf, type TextFormat } from './text-format.ts';
import { privileges } from './user-cfg-roles.ts';

/** Formats of what is not a guest's: storages, users, HA, jobs, networks; each group with the file that registers it. */
export const clusterFormats: Readonly<Record<string, TextFormat>> = {
  // pve-common PVE/JSONSchema.pm.
  CIDRv4: { takes: isCidr4, wanted: 'an IPv4 network like 10.0.0.0/24' },
  CIDRv6: { takes: isCidr6, wanted: 'an IPv6 network like 2001:db8::/64' },
  ipv4mask: { takes: isMask, wanted: 'an IPv4 netmask like 255.255.255.0' },
  'pve-iface': byPattern(/^[a-z][a-z0-9_]{1,20}(?:[:.]\d+)?$/iu, 'the name of a network interface'),
  'pve-vlan-id-or-range': { takes: isVlans, wanted: 'a VLAN from 2 to 4094, or a range like 10-20' },
  'ldap-simple-attr': byPattern(/^[a-z0-9]+$/iu, 'the name of an LDAP attribute'),
  email: { takes: isEmail, wanted: 'an e-mail address' },
  'email-or-username': {
    takes: (text) => isEmail(text) || mailUser.test(text),
    wanted: 'an e-mail address or the name of a user',
  },
  'pve-task-status-type': byPattern(/^(?:ok|error|warning|unknown)$/iu, 'ok, error, warning or unknown'),
  string: { takes: () => true, wanted: 'text' },
  // pve-cluster PVE/DataCenterConfig.pm.
  'mac-prefix': byPattern(
    /^[a-f0-9][02468ace](?::[a-f0-9]{2}){0,2}(?::[a-f0-9]?)?$/iu,
    'the beginning of unicast MAC addresses, like BC:24:11',
  ),
  // pve-access-control PVE/Auth/Plugin.pm, PVE/AccessControl.pm.
  'pve-userid': { takes: isUser, wanted: 'a user like root@pam' },
  'pve-realm': byPattern(/^[a-z][a-z0-9.\-_]+$/iu, 'the name of a realm'),
  'pve-groupid': byPattern(/^[a-z0-9.\-_]+$/iu, 'the name of a group'),
  'pve-roleid': byPattern(/^[a-z0-9.\-_]+$/iu, 'the name of a role'),
  'pve-tokenid': byPattern(
    /^[^\s:/]+@[a-z][a-z0-9.\-_]+![a-z][a-z0-9.\-_]+$/iu,
    'an API token like root@pam!name',
  ),
  'pve-priv': { takes: (text) => privileges.has(text), wanted: 'a privilege of PVE like VM.Audit' },
  // pve-storage PVE/Storage/Plugin.pm; pve-guest-common PVE/Mapping/Dir.pm.
  'pve-storage-content': oneOf('images rootdir vztmpl iso backup snippets import none'),
  'pve-storage-path': byPattern(/^\/[^;()]/u, 'an absolute path'),
  'pve-storage-path-in-property-string': byPattern(/^\/[^;,=()]/u, 'an absolute path'),
  'pve-storage-server': { takes: isServer, wanted: 'an IP address or DNS name' },
  'pve-storage-vgname': byPattern(/^[a-z0-9][a-z0-9\-_.]*[a-z0-9]$/iu, 'the name of a volume group or pool'),
  'pve-storage-portal-dns': { takes: isPortal, wanted: 'an IP address or DNS name, with a port or not' },
  'pve-storage-options': byPattern(/^\S+$/u, 'mount options without white space'),
  'pve-dir-override': { takes: isOverride, wanted: 'CONTENT=DIRECTORY, like iso=custom/iso' },
  // pve-ha-manager PVE/HA/Tools.pm.
  'pve-ha-resource-id': byPattern(/^[a-z]+:\S+$/u, 'an HA resource like vm:100'),
  'pve-ha-resource-or-vm-id': byPattern(/^(?:[a-z]+:\S+|\d+)$/u, 'an HA resource like vm:100, or a VMID'),
  'pve-ha-node': byPattern(
    /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?::\d+)?$/iu,
    'the name of a node, with ":PRIORITY" or not',
  ),
  // pve-common PVE/CalendarEvent.pm.
  'pve-calendar-event': {
    takes: (text) => typeof parseCalendarEvent(text) !== 'string',
    wanted: 'a calendar event like "mon..fri 02:30" or daily',
  },
  // pve-guest-common PVE/ReplicationConfig.pm; pve-manager PVE/API2/Backup.pm, PVE/Status/Graphite.pm.
  'pve-replication-job-id': byPattern(/^0*[1-9]\d{2,}-\d+$/u, 'a replication job like 100-0'),
  'pve-day-of-week': oneOf('mon tue wed thu fri sat sun'),
  'graphite-path': byPattern(dnsName, 'names divided by "."'),
  // pve-manager PVE/NodeConfig.pm, PVE/API2/Nodes.pm; pve-common PVE/Certificate.pm.
  'pve-acme-domain': byPattern(/^[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9][a-z0-9_-]*)+$/iu, 'a domain name'),
  'pve-acme-alias': byPattern(/^[a-z0-9_][a-z0-9_-]*(?:\.[a-z0-9_][a-z0-9_-]*)+$/iu, 'a domain name'),
  'pem-string': byPattern(/-----BEGIN [^-]+-----/u, 'PEM text'),
  'pem-certificate-chain': byPattern(/-----BEGIN [^-]+-----/u, 'certificates as PEM text'),
  'pve-command-batch': byPattern(/^\s*\[[^]*\]\s*$/u, 'a JSON array of calls'),
  // pve-network PVE/Network/SDN: the plugins of each.
  'pve-sdn-zone-id': byPattern(
    /^[a-z][a-z0-9]{0,6}[a-z0-9]$/iu,
    'the name of a zone: 2 to 8 letters and digits',
  ),
  'pve-sdn-vnet-id': byPattern(
    /^[a-z][a-z0-9]{0,6}[a-z0-9]$/iu,
    'the name of a vnet: 2 to 8 letters and digits',
  ),
  'pve-sdn-controller-id': byPattern(/^[a-z][a-z0-9_-]*[a-z0-9]$/iu, 'the name of a controller'),
  'pve-sdn-dns-id': byPattern(/^[a-z][a-z0-9]*[a-z0-9]$/iu, 'the name of a DNS plugin'),
  'pve-sdn-ipam-id': byPattern(/^[a-z][a-z0-9]*[a-z0-9]$/iu, 'the name of an IPAM plugin'),
  'pve-sdn-subnet-id': { takes: isSubnet, wanted: 'a network like 10.0.0.0/24, or ZONE-10.0.0.0-24' },
  'pve-sdn-fabric-id': byPattern(/^[a-z0-9][a-z0-9-]{0,6}[a-z0-9]?$/iu, 'the name of a fabric'),
  'pve-sdn-isis-net': byPattern(/^[a-f0-9]{2}(?:\.[a-f0-9]{4}){3,9}\.[a-f0-9]{2}$/iu, 'an IS-IS network'),
  'pve-sdn-bgp-rt': { takes: isRouteTarget, wanted: 'a route target like 65000:100' },
};

/** Perl's \w also means letters and digits of other scripts. */
const mailUser = /^[\p{L}\p{N}\p{M}_+~-]+(?:\.[\p{L}\p{N}\p{M}_+~-]+)*$/u;

/** PVE::ParseUtils EMAIL_RE. */
function isEmail(text: string): boolean {
  const at = text.indexOf('@');
  return (
    at > 0 && mailUser.test(text.slice(0, at)) && /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/iu.test(text.slice(at + 1))
  );
}

function isMask(text: string): boolean {
  if (!isIpv4(text)) return false;
  const bits = text.split('.').map((octet) => Number(octet).toString(2).padStart(8, '0'));
  return /^1*0*$/u.test(bits.join(''));
}

function isVlans(text: string): boolean {
  const { from, to = '0' } = /^(?<from>\d+)(?:-(?<to>\d+))?$/u.exec(text)?.groups ?? {};
  const isTag = (tag: number): boolean => tag >= 2 && tag <= 4094;
  if (from === undefined || !isTag(Number(from))) return false;
  return Number(to) === 0 || (isTag(Number(to)) && Number(from) < Number(to));
}

function isUser(text: string): boolean {
  return text.length >= 3 && text.length <= 64 && /^[^\s:/]+@[a-z][a-z0-9.\-_]+$/iu.test(text);
}

function isServer(text: string): boolean {
  return isIp(text) || dnsName.test(text);
}

/** PVE::Tools parse_host_and_port: a port follows a ":", or a "." behind a bare IPv6 address. */
function isPortal(text: string): boolean {
  if (/^[\p{L}\p{N}.-]+(?::\d+)?$/u.test(text)) return true;
  const inside = /^\[(?<inside>[^\]]+)\](?::\d+)?$/u.exec(text)?.groups?.['inside'];
  if (inside !== undefined) return isIpv6(inside) || /^[\p{L}\p{N}.-]+$/u.test(inside);
  return isIpv6(text) || isIpv6(text.replace(/\.\d+$/u, ''));
}

/** No part of the directory is "..", nor ends it in ".". */
function isOverride(text: string): boolean {
  const { content = '', directory = '' } =
    /^(?<content>[a-z]+)=(?<directory>[^]+)$/u.exec(text)?.groups ?? {};
  const isContent = /^(?:images|rootdir|vztmpl|iso|backup|snippets|import|none)$/u.test(content);
  return isContent && !directory.includes('..') && !directory.endsWith('.') && directory.length < 1023;
}

function isSubnet(text: string): boolean {
  const network = text.includes('/') ? text : text.split('-').slice(1, 3).join('/');
  return isCidr4(network) || isCidr6(network);
}

function isRouteTarget(text: string): boolean {
  return /^\d+:\d+$/u.test(text) && text.split(':').every((part) => Number(part) <= 4_294_967_295);
}
