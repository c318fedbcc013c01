import { textOf, type Interface } from './interface.ts';

/** Names of network cards (PHYSICAL_NIC_RE of PVE::Network::Interfaces). */
export const CARD = /^(?:eth\d+|en[^:.]+|ib[^:.]+|(?:nic|if)\d+)$/;

/** Says what an interface is, by its options and its name, and what follows from that. */
export function settleType(name: string, iface: Interface, ifaces: ReadonlyMap<string, Interface>): void {
  const ovs = textOf(iface['ovs_type']);
  const vlan = /^(\S+)\.(\d+)$/.exec(name);
  if (iface['bridge_ports'] !== undefined) {
    iface['type'] = 'bridge';
    iface['bridge_stp'] ??= 'off';
    if (iface['bridge_stp'] === 'off') iface['bridge_fd'] ??= 0;
  } else if (ovs !== '') iface['type'] = ovs;
  else if (/^bond\d+$/.test(name)) iface['type'] = 'bond';
  else if (/^\S+:\d+$/.test(name)) {
    iface['type'] = 'alias';
    existsAs(iface, ifaces.get(name.replace(/:\d+$/, '')));
  } else if (vlan !== null) {
    iface['type'] = 'vlan';
    if (textOf(iface['vlan-raw-device']) === '') iface['vlan-raw-device'] = vlan[1] ?? '';
    if (Number(vlan[2]) !== 0) iface['vlan-id'] = vlan[2] ?? '';
    existsAs(iface, ifaces.get(textOf(iface['vlan-raw-device'])));
  } else if (textOf(iface['vlan-raw-device']) !== '') {
    iface['type'] = 'vlan';
    const id = /^vlan(\d+)$/.exec(name)?.[1];
    if (id !== undefined) iface['vlan-id'] = id;
    existsAs(iface, ifaces.get(textOf(iface['vlan-raw-device'])));
  } else if (CARD.test(name) || iface['exists'] === 1) iface['type'] = 'eth';
  else iface['type'] = typeOfRest(name, iface);
}

function typeOfRest(name: string, iface: Interface): string {
  if (name === 'lo') return 'loopback';
  if (textOf(iface['vxlan-id']) !== '') return 'vxlan';
  return iface['link-type'] === 'dummy' ? 'dummy' : 'unknown';
}

/** What stands on another interface is there if that one is. */
function existsAs(iface: Interface, parent: Interface | undefined): void {
  iface['exists'] = parent === undefined ? 0 : (parent['exists'] ?? null);
}
