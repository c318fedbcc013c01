/** Names of the options of `/etc/network/interfaces`, by PVE::Network::Interfaces in pve-common. */

/** Spellings that PVE reads as one option, and the name it has in PVE's API. */
const aliases: Readonly<Record<string, string>> = {
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

/** Options that PVE keeps one value of, whichever stanza of the interface they stand in. */
const known = new Set([
  ...Object.values(aliases),
  'ovs_type',
  'ovs_options',
  'ovs_bridge',
  'ovs_bonds',
  'ovs_ports',
  'bridge-access',
  'bridge-learning',
  'bridge-arp-nd-suppress',
  'bridge-unicast-flood',
  'bridge-multicast-flood',
  'bridge-disable-mac-learning',
  'bond-primary',
  'link-type',
  'uplink-id',
  'vlan-protocol',
  'vlan-raw-device',
  'vlan-id',
  'vxlan-id',
  'vxlan-svcnodeip',
  'vxlan-physdev',
  'vxlan-local-tunnelip',
  'vxlan-remoteip',
]);

const addressOptions = new Set(['address', 'netmask', 'broadcast', 'gateway']);

/** Whether PVE reads it as an address of the stanza's family. */
export const isAddressOption = (name: string): boolean => addressOptions.has(name);

/** Whether PVE reads it as an option of the interface; what it does not know it keeps as it is written. */
export const isKnownOption = (name: string): boolean => known.has(name);

/**
 * One name for the spellings of an option that mean the same to both readers. ifupdown2 takes "_" for "-" everywhere
 * (_add_to_iface_config); PVE knows most names in one spelling only, so the other is another option to it.
 */
export function optionName(key: string): string {
  const name = Object.hasOwn(aliases, key) ? aliases[key] : undefined;
  if (name !== undefined) return name;
  if (known.has(key) || addressOptions.has(key)) return key;
  const dashed = key.replaceAll('_', '-');
  const isOther = known.has(dashed) || Object.hasOwn(aliases, dashed) || known.has(key.replaceAll('-', '_'));
  return isOther ? key : dashed;
}

/** The order in which PVE writes the options of a type, by the spelling that it writes; all others follow by name. */
const writtenOrder: Readonly<Record<string, readonly string[]>> = {
  bridge: ['bridge-ports', 'bridge-stp', 'bridge-fd', 'bridge-vlan-aware', 'bridge-vids', 'mtu'],
  bond: ['bond-slaves', 'bond-miimon', 'bond-mode', 'bond-xmit-hash-policy', 'bond-primary', 'mtu'],
  vxlan: ['vxlan-id', 'vxlan-svcnodeip', 'vxlan-physdev', 'vxlan-local-tunnelip', 'vxlan-remoteip', 'mtu'],
  OVSBridge: ['ovs_type', 'ovs_ports', 'ovs_mtu'],
  OVSPort: ['ovs_type', 'ovs_bridge', 'ovs_mtu'],
  OVSIntPort: ['ovs_type', 'ovs_bridge', 'ovs_mtu'],
  OVSBond: ['ovs_bonds', 'ovs_type', 'ovs_bridge', 'ovs_mtu'],
};

/** Compares two options by where PVE writes them in a stanza of this type: addresses, the type's own, known, unknown. */
export function compareOptions(type: string, a: string, b: string): number {
  const [ranks, keys] = [[a, b].map((key) => rank(type, key)), [a, b]];
  const difference = (ranks[0] ?? 0) - (ranks[1] ?? 0);
  if (difference !== 0 || ranks[0] !== otherKnown) return difference;
  return (keys[0] ?? '') < (keys[1] ?? '') ? -1 : 1;
}

/** How PVE spells an option in a stanza of this type. */
export function writtenKey(type: string, key: string): string {
  const name = optionName(key);
  return writtenOrder[type]?.find((written) => optionName(written) === name) ?? key;
}

const otherKnown = 100;

function rank(type: string, key: string): number {
  const name = optionName(key);
  const address = ['address', 'netmask', 'gateway'].indexOf(name);
  if (address !== -1) return address;
  const own = writtenOrder[type]?.findIndex((written) => optionName(written) === name) ?? -1;
  if (own !== -1) return 10 + own;
  return isKnownOption(name) ? otherKnown : otherKnown + 1;
}
