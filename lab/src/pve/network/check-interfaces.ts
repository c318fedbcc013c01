import { die } from '../failure.ts';
import { isTrue, portsOf, textOf, type Interface, type InterfacesFile } from './interface.ts';

type Ifaces = Map<string, Interface>;

/** Where PVE's file dies without a line feed, so that Perl adds the place. */
function dieAt(message: string, line: number): never {
  die(`${message} at /usr/share/perl5/PVE/Network/Interfaces.pm line ${line}.`);
}

/** What must hold of all interfaces together before PVE writes them. Throws Failure. Of several faults PVE names any; here the first by name. */
export function checkInterfaces({ ifaces }: InterfacesFile): void {
  const sorted = [...ifaces].toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (sorted.some(([, iface]) => textOf(iface['type']).startsWith('OVS')))
    die('pvefleet-lab: Open vSwitch is not modelled');
  const used = new Map<string, string>();
  for (const [name, iface] of sorted)
    for (const port of portsOf(iface)) {
      const other = used.get(port);
      if (other !== undefined && other !== name)
        die(`port '${port}' is already used on interface '${other}'`);
      used.set(port, name);
    }
  for (const [name, iface] of sorted) if (iface['type'] === 'bond') checkBond(name, iface, ifaces);
  checkTunnels(sorted);
  for (const [name, iface] of sorted) if (iface['type'] === 'vlan') checkVlan(name, iface, ifaces);
  checkUplinks(sorted);
  checkBridges(sorted, ifaces);
}

function checkMtu(ifaces: Ifaces, parent: string, child: string): void {
  const wanted = textOf(ifaces.get(child)?.['mtu']);
  if (wanted === '') return;
  const own = textOf(ifaces.get(parent)?.['mtu']);
  const mtu = own === '' ? (ifaces.get(parent)?.['type'] === 'bond' ? wanted : '1500') : own;
  if (Number(mtu) < Number(wanted))
    die(`interface '${parent}' - mtu ${mtu} is lower than '${child}' - mtu ${wanted}`);
}

function checkBond(name: string, bond: Interface, ifaces: Ifaces): void {
  if (!isTrue(bond['slaves'])) return;
  const slaves = textOf(bond['slaves']).split(/\s+/);
  for (const slave of slaves) {
    const iface = ifaces.get(slave) ?? die(`bond '${name}' - unable to find slave '${slave}'`);
    iface['autostart'] = 1;
    if (iface['type'] !== 'eth' && iface['type'] !== 'bond')
      die(
        `bond '${name}' - wrong interface type on slave '${slave}' ('${textOf(iface['type'])}' != 'eth or bond')`,
      );
    checkMtu(ifaces, name, slave);
  }
  if (isTrue(bond['bond-primary']) && !slaves.includes(textOf(bond['bond-primary'])))
    dieAt(`bond '${name}' - bond-primary interface is not a slave`, 908);
}

function checkTunnels(sorted: readonly (readonly [string, Interface])[]): void {
  const seen = new Map<string, string>();
  for (const [name, iface] of sorted) {
    const id = textOf(iface['vxlan-id']);
    if (iface['type'] === 'vxlan' && id !== '') {
      const other = seen.get(id);
      if (other !== undefined) die(`iface ${name} - duplicate vxlan-id ${id} already used in ${other}`);
      seen.set(id, name);
    }
    const ends = ['vxlan-svcnodeip', 'vxlan-remoteip', 'vxlan-local-tunnelip'].filter((key) => key in iface);
    if (ends.length > 1)
      die(`iface ${name} - vxlan-svcnodeip, vxlan-remoteip and vxlan-localtunnelip are mutually exclusive`);
    if ('vxlan-svcnodeip' in iface !== 'vxlan-physdev' in iface)
      die(`iface ${name} - vxlan-svcnodeip and vxlan-physdev must be define together`);
  }
}

/** A VLAN's name may say its parent and its number; what the name says is not written again. */
function checkVlan(name: string, vlan: Interface, ifaces: Ifaces): void {
  const [, parentOfName, idOfName] = /^(\S+)\.(\d+)$/.exec(name) ?? [];
  const raw = textOf(vlan['vlan-raw-device']);
  if (parentOfName !== undefined) delete vlan['vlan-raw-device'];
  else if (raw === '') dieAt('missing vlan-raw-device option', 954);
  const id = idOfName ?? /^vlan(\d+)$/.exec(name)?.[1] ?? textOf(vlan['vlan-id']);
  if (id === '') dieAt('missing vlan-id option', 962);
  if (parentOfName !== undefined || /^vlan\d+$/.test(name)) delete vlan['vlan-id'];
  const parent = parentOfName ?? raw;
  if (Number(id) > 4094) die(`vlan '${name}' - vlan-id ${id} should be <= 4094`);
  const iface = ifaces.get(parent) ?? die(`vlan '${name}' - unable to find parent '${parent}'`);
  const type = textOf(iface['type']);
  if (!['eth', 'bridge', 'bond', 'vlan'].includes(type))
    die(`vlan '${name}' - wrong interface type on parent '${parent}' ('${type}' != 'eth|bond|bridge|vlan' )`);
  checkMtu(ifaces, parent, name);
}

function checkUplinks(sorted: readonly (readonly [string, Interface])[]): void {
  const seen = new Map<string, string>();
  for (const [name, iface] of sorted) {
    const uplink = textOf(iface['uplink-id']);
    if (!isTrue(uplink)) continue;
    if (iface['type'] !== 'eth' && iface['type'] !== 'bond')
      die(`iface '${name}' - uplink-id ${uplink} is only allowed on physical and linux bond interfaces`);
    const other = seen.get(uplink);
    if (other !== undefined) die(`iface '${name}' - uplink-id ${uplink} is already assigned on '${other}'`);
    seen.set(uplink, name);
  }
}

const PORT_OPTIONS = [
  'bridge-learning',
  'bridge-arp-nd-suppress',
  'bridge-unicast-flood',
  'bridge-multicast-flood',
  'bridge-access',
];

function checkBridges(sorted: readonly (readonly [string, Interface])[], ifaces: Ifaces): void {
  const known = new Map(ifaces);
  const bridgeOf = new Map<string, Interface>();
  for (const [name, bridge] of sorted) {
    if (bridge['type'] !== 'bridge') continue;
    for (const port of textOf(bridge['bridge_ports'])
      .split(/\s+/)
      .filter((each) => each !== '')) {
      const parent = /^(\S+)\.\d+$/.exec(port)?.[1];
      if (parent !== undefined && !known.has(port))
        known.set(port, {
          type: 'vlan',
          method: 'manual',
          method6: 'manual',
          mtu: known.get(parent)?.['mtu'] ?? '',
        });
      const iface = known.get(port) ?? die(`bridge '${name}' - unable to find bridge port '${port}'`);
      if (hasAddress(iface, '', '0.0.0.0') || hasAddress(iface, '6', '::'))
        die(`iface ${port} - ip address can't be set on interface if bridged in ${name}`);
      checkMtu(known, port, name);
      bridgeOf.set(port, bridge);
    }
  }
  for (const [name, iface] of sorted) {
    for (const key of PORT_OPTIONS)
      if (isTrue(iface[key]) && !bridgeOf.has(name))
        die(
          `iface ${name} - ${key}: bridge port specific options can be used only on interfaces attached to a bridge`,
        );
    if (isTrue(iface['bridge-access']) && !isTrue(bridgeOf.get(name)?.['bridge_vlan_aware']))
      die(`iface ${name} - bridge-access option can be only used if interface is in a vlan aware bridge`);
  }
}

function hasAddress(iface: Interface, suffix: string, any: string): boolean {
  return iface[`method${suffix}`] === 'static' && textOf(iface[`address${suffix}`]) !== any;
}
