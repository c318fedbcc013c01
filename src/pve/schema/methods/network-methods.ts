// Made by scripts/generate-schema.mjs from the API schema of PVE 9.1; do not edit.
import { methodTable } from './method-table.ts';

/** Network interfaces of a node. */
export const networkMethods = methodTable(
  {
    address: { type: 'string', requires: 'netmask', format: 'ipv4' },
    address6: { type: 'string', requires: 'netmask6', format: 'ipv6' },
    autostart: { type: 'boolean' },
    'bond-primary': { type: 'string', format: 'pve-iface' },
    bond_mode: {
      type: 'string',
      enum: 'balance-rr active-backup balance-xor broadcast 802.3ad balance-tlb balance-alb balance-slb lacp-balance-slb lacp-balance-tcp'.split(
        ' ',
      ),
    },
    bond_xmit_hash_policy: { type: 'string', enum: ['layer2', 'layer2+3', 'layer3+4'] },
    bridge_ports: { type: 'string', format: 'pve-iface-list' },
    bridge_vids: { type: 'string', format: 'pve-vlan-id-or-range-list' },
    bridge_vlan_aware: { type: 'boolean' },
    cidr: { type: 'string', format: 'CIDRv4' },
    cidr6: { type: 'string', format: 'CIDRv6' },
    comments: { type: 'string' },
    comments6: { type: 'string' },
    'delete.2': { type: 'string', format: 'pve-configid-list' },
    gateway: { type: 'string', format: 'ipv4' },
    gateway6: { type: 'string', format: 'ipv6' },
    mtu: { type: 'integer', minimum: 1280, maximum: 65520 },
    netmask: { type: 'string', requires: 'address', format: 'ipv4mask' },
    netmask6: { type: 'integer', requires: 'address6', minimum: 0, maximum: 128 },
    ovs_bonds: { type: 'string', format: 'pve-iface-list' },
    ovs_bridge: { type: 'string', format: 'pve-iface' },
    ovs_options: { type: 'string', maxLength: 1024 },
    ovs_ports: { type: 'string', format: 'pve-iface-list' },
    ovs_tag: { type: 'integer', minimum: 1, maximum: 4094 },
    'regenerate-frr': { type: 'boolean' },
    slaves: { type: 'string', format: 'pve-iface-list' },
    type: {
      type: 'string',
      enum: 'bridge bond eth alias vlan fabric OVSBridge OVSBond OVSPort OVSIntPort vnet any_bridge any_local_bridge include_sdn'.split(
        ' ',
      ),
    },
    'type.2': {
      type: 'string',
      enum: 'bridge bond eth alias vlan fabric OVSBridge OVSBond OVSPort OVSIntPort vnet unknown'.split(' '),
    },
    'vlan-id': { type: 'integer', minimum: 1, maximum: 4094 },
    'vlan-raw-device': { type: 'string', format: 'pve-iface' },
  },
  [
    'DELETE /nodes/{node}/network node',
    'GET /nodes/{node}/network node type?',
    'POST /nodes/{node}/network address? address6? autostart? bond-primary? bond_mode? bond_xmit_hash_policy? bridge_ports? bridge_vids? bridge_vlan_aware? cidr? cidr6? comments? comments6? gateway? gateway6? iface mtu? netmask? netmask6? node ovs_bonds? ovs_bridge? ovs_options? ovs_ports? ovs_tag? slaves? type.2 vlan-id? vlan-raw-device?',
    'PUT /nodes/{node}/network node regenerate-frr?',
    'DELETE /nodes/{node}/network/{iface} iface node',
    'GET /nodes/{node}/network/{iface} iface node',
    'PUT /nodes/{node}/network/{iface} address? address6? autostart? bond-primary? bond_mode? bond_xmit_hash_policy? bridge_ports? bridge_vids? bridge_vlan_aware? cidr? cidr6? comments? comments6? delete.2? gateway? gateway6? iface mtu? netmask? netmask6? node ovs_bonds? ovs_bridge? ovs_options? ovs_ports? ovs_tag? slaves? type.2 vlan-id? vlan-raw-device?',
  ],
);
