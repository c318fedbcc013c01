import { listOf, textOf, type Interface, type InterfacesFile } from './interface.ts';
import { settleType } from './interface-type.ts';

/** Spellings of options, and the one that PVE knows them by. */
const SPELLINGS: Readonly<Record<string, string>> = {
  ovs_mtu: 'mtu',
  'bond-slaves': 'slaves',
  bond_slaves: 'slaves',
  'bond-xmit-hash-policy': 'bond_xmit_hash_policy',
  'bond-mode': 'bond_mode',
  'bond-miimon': 'bond_miimon',
  'bridge-vlan-aware': 'bridge_vlan_aware',
  'bridge-fd': 'bridge_fd',
  'bridge-stp': 'bridge_stp',
  'bridge-ports': 'bridge_ports',
  'bridge-vids': 'bridge_vids',
};
/** Options that PVE keeps as they are. */
const SIMPLE = new Set(
  `mtu ovs_type ovs_options ovs_bridge ovs_bonds ovs_ports bridge_fd bridge_vids bridge-access bridge-learning bridge-arp-nd-suppress
   bridge-unicast-flood bridge-multicast-flood bridge-disable-mac-learning bond_miimon bond_xmit_hash_policy bond-primary link-type uplink-id
   vlan-protocol vlan-raw-device vlan-id vxlan-id vxlan-svcnodeip vxlan-physdev vxlan-local-tunnelip`.split(
    /\s+/,
  ),
);
const BOND_MODES = 'balance-rr active-backup balance-xor broadcast 802.3ad balance-tlb balance-alb'.split(
  ' ',
);
const SECTION = /^\s*iface\s+(\S+)(?:\s+(inet6?)\s+(\S+))?\s*$/;

/** What of the node's interfaces is alive, and which are hardware. */
export interface LiveNames {
  readonly active: readonly string[];
  readonly physical: readonly string[];
}

/** Reads /etc/network/interfaces as PVE::Network::Interfaces does; comments and blank lines between sections are lost. */
export function parseInterfaces(text: string, live: LiveNames): InterfacesFile {
  const file: InterfacesFile = { ifaces: new Map(), options: [] };
  const lines = text.split('\n');
  // 1 is for lo.
  let priority = 2;
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const auto = /^\s*(?:allow-auto|auto|allow-ovs|allow-hotplug)\s+(.*)$/.exec(line)?.[1];
    const section = SECTION.exec(line);
    at += 1;
    if (/^\s*#/.test(line)) continue;
    if (auto !== undefined) for (const name of auto.split(/\s+/)) entry(file, name)['autostart'] = 1;
    else if (section !== null) {
      const iface = entry(file, section[1] ?? '');
      iface['priority'] ??= priority++;
      at = readSection(iface, lines, at, section[2], section[3]);
    } else if (/\w/.test(line)) file.options.push([priority++, line]);
  }
  for (const name of live.physical) entry(file, name)['exists'] = 1;
  for (const name of live.active) if (file.ifaces.has(name)) entry(file, name)['active'] = 1;
  if (!file.ifaces.has('lo')) file.ifaces.set('lo', { priority: 1, method: 'loopback', autostart: 1 });
  for (const name of [...file.ifaces.keys()].toSorted()) settle(name, file.ifaces);
  return file;
}

function entry({ ifaces }: InterfacesFile, name: string): Interface {
  const iface = ifaces.get(name) ?? {};
  ifaces.set(name, iface);
  return iface;
}

/** Reads the lines below `iface NAME FAMILY METHOD` and returns where the next section begins. */
function readSection(
  iface: Interface,
  lines: readonly string[],
  start: number,
  family: string | undefined,
  method: string | undefined,
): number {
  const suffix = family === 'inet6' ? '6' : '';
  iface['families'] = [...listOf(iface['families']), family ?? null];
  if (family !== undefined) iface[`method${suffix}`] = method ?? '';
  for (let at = start; at < lines.length; at += 1) {
    const line = (lines[at] ?? '').trimEnd();
    const comment = /^\s*#(.*?)\s*$/.exec(line)?.[1];
    const [, option, id, value] = /^\s*((\S+)\s+(.+))$/.exec(line) ?? [];
    if (comment !== undefined) {
      iface[`comments${suffix}`] = `${textOf(iface[`comments${suffix}`])}${comment}\n`;
    } else if (
      option === undefined ||
      /^\s*(?:(?:iface|mapping|auto|source|source-directory)\s|allow-)/.test(line)
    ) {
      return at;
    } else readOption(iface, SPELLINGS[id ?? ''] ?? id ?? '', value ?? '', option, family);
  }
  return lines.length;
}

function readOption(
  iface: Interface,
  id: string,
  value: string,
  option: string,
  family: string | undefined,
): void {
  const suffix = family === 'inet6' ? '6' : '';
  if (['address', 'netmask', 'broadcast', 'gateway'].includes(id)) {
    const guessed = family === undefined && id !== 'netmask' && value.includes(':') ? '6' : suffix;
    iface[`${id}${guessed}`] = value;
  } else if (SIMPLE.has(id)) iface[id] = value;
  else if (id === 'slaves' || id === 'bridge_ports') {
    const ports = [...new Set(value.split(/\s+/))].filter((port) => port !== 'none').toSorted();
    iface[id] = [textOf(iface[id]), ...ports].filter((port) => port !== '').join(' ');
  } else if (id === 'bridge_stp') iface[id] = /^\s*(?:on|yes)\s*$/i.test(value) ? 'on' : 'off';
  else if (id === 'bridge_vlan_aware') iface[id] = 1;
  else if (id === 'bond_mode')
    iface[id] = (/^\d+$/.test(value) ? BOND_MODES[Number(value)] : undefined) ?? value;
  else if (id === 'vxlan-remoteip') iface[id] = [...listOf(iface[id]), value];
  else iface[`options${suffix}`] = [...listOf(iface[`options${suffix}`]), option];
}

/** What follows from all that the file says: the type, addresses as CIDR, methods. */
function settle(name: string, ifaces: ReadonlyMap<string, Interface>): void {
  const iface = ifaces.get(name) ?? {};
  settleType(name, iface, ifaces);
  settleAddress(iface, '', 32);
  settleAddress(iface, '6', 128);
  for (const key of ['method', 'method6']) if (textOf(iface[key]) === '') iface[key] = 'manual';
  const comments = `${textOf(iface['comments'])}${textOf(iface['comments6'])}`;
  delete iface['comments6'];
  if (comments !== '') iface['comments'] = comments;
  iface['families'] ??= ['inet'];
}

function settleAddress(iface: Interface, suffix: string, bits: number): void {
  const address = textOf(iface[`address${suffix}`]);
  if (address === '') return;
  const [, base, length] = /^(.+)\/(\d+)$/.exec(address) ?? [];
  const netmask = textOf(iface[`netmask${suffix}`]);
  const mask = length ?? netmaskBits(netmask);
  iface[`cidr${suffix}`] = `${base ?? address}/${mask ?? bits}`;
  if (base !== undefined) iface[`address${suffix}`] = base;
  if (mask !== undefined && (length !== undefined || suffix === '')) iface[`netmask${suffix}`] = mask;
}

/** `24` of `24` and of `255.255.255.0`. */
export function netmaskBits(mask: string): string | undefined {
  if (/^\d+$/.test(mask)) return mask;
  const parts = mask.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255))
    return undefined;
  const bits = parts.map((part) => part.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? String(bits.indexOf('0') === -1 ? 32 : bits.indexOf('0')) : undefined;
}
