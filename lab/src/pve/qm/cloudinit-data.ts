import { createHash } from 'node:crypto';
import type { Machine } from '../../machine.ts';
import { die } from '../failure.ts';
import { parseProperties } from '../cli/verify.ts';
import type { Section } from '../guest/config.ts';
import { parametersOf } from '../schema/parameters.ts';
import { parseNet } from './network.ts';
import { isWindows } from './options.ts';

/** What PVE writes onto a cloud-init drive (PVE/QemuServer/Cloudinit.pm); text by `user`, `network` or `meta`. */
export function cloudinitData(
  machine: Machine,
  vmid: string,
  section: Section,
  type: string,
  masked: boolean,
): string {
  if (type === 'user') return userData(vmid, section, masked);
  const isNocloud = formatOf(section) === 'nocloud';
  const network = isNocloud ? nocloudNetwork(machine, section) : configdriveNetwork(machine, section);
  if (type === 'network') return network;
  const id = createHash('sha1')
    .update(userData(vmid, section, false) + network)
    .digest('hex');
  return isNocloud
    ? `instance-id: ${id}\n`
    : `{\n     "uuid": "${id}",\n     "network_config": { "content_path": "/content/0000" }\n}\n`;
}

function formatOf(section: Section): string {
  return section.get('citype') ?? (isWindows(section.get('ostype')) ? 'configdrive2' : 'nocloud');
}

function userData(vmid: string, section: Section, masked: boolean): string {
  const name = section.get('name') ?? `VM${vmid}`;
  const search = section.get('searchdomain') ?? '';
  const fqdn = name.includes('.') || search === '' ? name : `${name}.${search}`;
  const user = section.get('ciuser');
  const password = section.get('cipassword');
  const keys = decodeURIComponent(section.get('sshkeys') ?? '')
    .split('\n')
    .filter((key) => key.trim() !== '');
  return [
    '#cloud-config',
    `hostname: ${name.replace(/\..*$/, '')}`,
    'manage_etc_hosts: true',
    `fqdn: ${fqdn}`,
    ...(user === undefined ? [] : [`user: ${user}`]),
    ...(user === 'root' ? ['disable_root: False'] : []),
    ...(password === undefined ? [] : [`password: ${masked ? '**********' : password}`]),
    ...(section.has('sshkeys') ? ['ssh_authorized_keys:', ...keys.map((key) => `  - ${key}`)] : []),
    'chpasswd:',
    '  expire: False',
    ...(user === 'root' ? [] : ['users:', '  - default']),
    ...((section.get('ciupgrade') ?? '1') === '0' ? [] : ['package_upgrade: true']),
    '',
  ].join('\n');
}

interface Dns {
  readonly search: readonly string[];
  readonly servers: readonly string[];
}

/** The VM's name servers, or the node's. */
function dnsOf(machine: Machine, section: Section): Dns {
  const lines = (machine.files.read('/etc/resolv.conf') ?? '').split('\n');
  const words = (text: string | undefined): readonly string[] => (text ?? '').split(/\s+/).filter(Boolean);
  const own = lines.flatMap((line) => /^nameserver\s+(\S+)/.exec(line)?.[1] ?? []).slice(0, 3);
  const searched = lines.find((line) => line.startsWith('search'))?.replace(/^search\s+/, '');
  return {
    search: words(section.get('searchdomain') ?? searched),
    servers: section.has('nameserver') ? words(section.get('nameserver')) : own,
  };
}

interface Card {
  readonly index: string;
  readonly mac: string;
  readonly ip: Readonly<Record<string, string>>;
}

/** The cards that `ipconfigN` says something of. */
function cards(section: Section): readonly Card[] {
  const format = parametersOf('POST /nodes/{node}/qemu')['ipconfig0']?.format;
  if (format === undefined) throw new Error('ipconfig0 has no keys in the schema');
  return [...section.keys()]
    .filter((name) => /^net\d+$/.test(name))
    .toSorted()
    .flatMap((name) => {
      const index = name.slice(3);
      const text = section.get(`ipconfig${index}`);
      if (text === undefined || text === '') return [];
      const mac = parseNet(section.get(name) ?? '')['macaddr'];
      if (mac === undefined) die(`network interface '${name}' has no mac address`);
      return [{ index, mac, ip: parseProperties(format, text) }];
    });
}

function mask(cidr: string): { readonly address: string; readonly netmask: string } {
  const [address = '', bits] = cidr.split('/');
  if (bits === undefined) die(`not a CIDR: ${cidr}`);
  const number = bits === '0' ? 0 : (0xffffffff << (32 - Number(bits))) >>> 0;
  return { address, netmask: [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.') };
}

function nocloudNetwork(machine: Machine, section: Section): string {
  const lines = ['version: 1', 'config:'];
  for (const { index, mac, ip } of cards(section)) {
    lines.push('    - type: physical', `      name: eth${index}`);
    lines.push(`      mac_address: '${mac.toLowerCase()}'`, '      subnets:');
    lines.push(...subnet4(ip), ...subnet6(ip));
  }
  const { search, servers } = dnsOf(machine, section);
  lines.push('    - type: nameserver');
  if (servers.length > 0) lines.push('      address:', ...servers.map((server) => `      - '${server}'`));
  if (search.length > 0) lines.push('      search:', ...search.map((domain) => `      - '${domain}'`));
  return `${lines.join('\n')}\n`;
}

function subnet4({ ip, gw }: Readonly<Record<string, string>>): readonly string[] {
  if (ip === undefined) return [];
  if (ip === 'dhcp') return ['      - type: dhcp4'];
  const { address, netmask } = mask(ip);
  return [
    '      - type: static',
    `        address: '${address}'`,
    `        netmask: '${netmask}'`,
    ...(gw === undefined ? [] : [`        gateway: '${gw}'`]),
  ];
}

function subnet6({ ip6, gw6 }: Readonly<Record<string, string>>): readonly string[] {
  if (ip6 === undefined) return [];
  if (ip6 === 'dhcp') return ['      - type: dhcp6'];
  if (ip6 === 'auto') return ['      - type: ipv6_slaac'];
  return [
    '      - type: static6',
    `        address: '${ip6}'`,
    ...(gw6 === undefined ? [] : [`        gateway: '${gw6}'`]),
  ];
}

function configdriveNetwork(machine: Machine, section: Section): string {
  const { search, servers } = dnsOf(machine, section);
  const lines = ['auto lo', 'iface lo inet loopback', ''];
  if (servers.length > 0) lines.push(`        dns_nameservers ${servers.join(' ')}`);
  if (search.length > 0) lines.push(`        dns_search ${search.join(' ')}`);
  for (const { index, ip } of cards(section)) {
    lines.push(`auto eth${index}`, ...iface4(`eth${index}`, ip), ...iface6(`eth${index}`, ip));
  }
  return `${lines.join('\n')}\n`;
}

function iface4(name: string, { ip, gw }: Readonly<Record<string, string>>): readonly string[] {
  if (ip === undefined) return [];
  if (ip === 'dhcp') return [`iface ${name} inet dhcp`];
  const { address, netmask } = mask(ip);
  return [
    `iface ${name} inet static`,
    `        address ${address}`,
    `        netmask ${netmask}`,
    ...(gw === undefined ? [] : [`        gateway ${gw}`]),
  ];
}

function iface6(name: string, { ip6, gw6 }: Readonly<Record<string, string>>): readonly string[] {
  if (ip6 === undefined) return [];
  if (ip6 === 'dhcp' || ip6 === 'auto') return [`iface ${name} inet6 ${ip6}`];
  const [address = '', bits = ''] = ip6.split('/');
  return [
    `iface ${name} inet6 static`,
    `        address ${address}`,
    `        netmask ${bits}`,
    ...(gw6 === undefined ? [] : [`        gateway ${gw6}`]),
  ];
}
