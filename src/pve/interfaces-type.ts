/** What an interface is to PVE. */
export type InterfaceType =
  | 'bridge'
  | 'bond'
  | 'eth'
  | 'vlan'
  | 'vxlan'
  | 'alias'
  | 'dummy'
  | 'loopback'
  | 'OVSBridge'
  | 'OVSBond'
  | 'OVSPort'
  | 'OVSIntPort'
  | 'unknown';

/** Names that PVE takes for a physical interface without looking at the node. */
const physical = /^(?:eth\d+|en[^:.]+|ib[^:.]+|(?:nic|if)\d+)$/u;

/**
 * The type by name and options, in the order that PVE asks (PVE::Network::Interfaces). On the node PVE also knows
 * renamed physical interfaces; here those are `unknown`, or `OVSPort` when their options say so.
 */
export function interfaceType(name: string, options: Readonly<Record<string, string>>): InterfaceType {
  const ovs = options['ovs_type'];
  if (options['bridge_ports'] !== undefined) return 'bridge';
  if (ovs === 'OVSBridge') return ovs;
  if (/^bond\d+$/u.test(name)) return ovs === undefined ? 'bond' : ovs === 'OVSBond' ? ovs : 'unknown';
  if (/^\S+:\d+$/u.test(name)) return 'alias';
  if (/^\S+\.\d+$/u.test(name) || options['vlan-raw-device'] !== undefined) return 'vlan';
  if (physical.test(name)) return ovs === undefined ? 'eth' : ovs === 'OVSPort' ? ovs : 'unknown';
  if (name === 'lo') return 'loopback';
  if (options['vxlan-id'] !== undefined) return 'vxlan';
  if (ovs === 'OVSIntPort' || ovs === 'OVSPort') return ovs;
  return ovs === undefined && options['link-type'] === 'dummy' ? 'dummy' : 'unknown';
}

/** The interface a VLAN stands on, and its id: "eth0.5", "vlan5" or any name with the two options. */
export function vlanOf(
  name: string,
  options: Readonly<Record<string, string>>,
): { readonly device: string | undefined; readonly id: number | undefined } {
  const dotted = /^(?<device>\S+)\.(?<id>\d+)$/u.exec(name)?.groups;
  const device = options['vlan-raw-device'] ?? dotted?.['device'];
  const id = dotted?.['id'] ?? /^vlan(?<id>\d+)$/u.exec(name)?.groups?.['id'] ?? options['vlan-id'];
  return { device, id: id === undefined || !/^\d+$/u.test(id) ? undefined : Number(id) };
}
