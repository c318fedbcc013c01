// Made by scripts/generate-section-schema.mjs from the API schema of PVE 9.1; do not edit.
import type { SectionTable } from './section-table.ts';

/** What `POST /cluster/sdn/zones` takes and the file keeps. */
export const sdnZoneOptions: SectionTable = {
  'advertise-subnets': { type: 'boolean', optional: true },
  bridge: { type: 'string', optional: true },
  'bridge-disable-mac-learning': { type: 'boolean', optional: true },
  controller: { type: 'string', optional: true },
  dhcp: { type: 'string', optional: true, enum: ['dnsmasq'] },
  'disable-arp-nd-suppression': { type: 'boolean', optional: true },
  dns: { type: 'string', optional: true },
  dnszone: { type: 'string', optional: true, format: 'dns-name' },
  'dp-id': { type: 'integer', optional: true },
  exitnodes: { type: 'string', optional: true, format: 'pve-node-list' },
  'exitnodes-local-routing': { type: 'boolean', optional: true },
  'exitnodes-primary': { type: 'string', optional: true, format: 'pve-node' },
  fabric: { type: 'string', optional: true, format: 'pve-sdn-fabric-id' },
  ipam: { type: 'string', optional: true },
  mac: { type: 'string', optional: true, format: 'mac-addr' },
  mtu: { type: 'integer', optional: true },
  nodes: { type: 'string', optional: true, format: 'pve-node-list' },
  peers: { type: 'string', optional: true, format: 'ip-list' },
  reversedns: { type: 'string', optional: true },
  'rt-import': { type: 'string', optional: true, format: 'pve-sdn-bgp-rt-list' },
  tag: { type: 'integer', optional: true, minimum: 0 },
  'vlan-protocol': { type: 'string', optional: true, default: '802.1q', enum: ['802.1q', '802.1ad'] },
  'vrf-vxlan': { type: 'integer', optional: true, minimum: 1, maximum: 16777215 },
  'vxlan-port': { type: 'integer', optional: true, default: 4789, minimum: 1, maximum: 65536 },
};

/** What `POST /cluster/sdn/vnets` takes and the file keeps. */
export const sdnVnetOptions: SectionTable = {
  alias: { type: 'string', optional: true, maxLength: 256 },
  'isolate-ports': { type: 'boolean', optional: true },
  tag: { type: 'integer', optional: true, minimum: 1, maximum: 16777215 },
  vlanaware: { type: 'boolean', optional: true },
  zone: { type: 'string' },
};

/** What `POST /cluster/sdn/vnets/{vnet}/subnets` takes and the file keeps. */
export const sdnSubnetOptions: SectionTable = {
  'dhcp-dns-server': { type: 'string', optional: true, format: 'ip' },
  'dhcp-range': { type: 'string', repeated: true, optional: true, format: 'pve-sdn-dhcp-range' },
  dnszoneprefix: { type: 'string', optional: true, format: 'dns-name' },
  gateway: { type: 'string', optional: true, format: 'ip' },
  snat: { type: 'boolean', optional: true },
  vnet: { type: 'string' },
};

/** What `POST /cluster/sdn/controllers` takes and the file keeps. */
export const sdnControllerOptions: SectionTable = {
  asn: { type: 'integer', optional: true, minimum: 0, maximum: 4294967295 },
  'bgp-multipath-as-path-relax': { type: 'boolean', optional: true },
  ebgp: { type: 'boolean', optional: true },
  'ebgp-multihop': { type: 'integer', optional: true },
  fabric: { type: 'string', optional: true, format: 'pve-sdn-fabric-id' },
  'isis-domain': { type: 'string', optional: true },
  'isis-ifaces': { type: 'string', optional: true, format: 'pve-iface-list' },
  'isis-net': { type: 'string', optional: true, format: 'pve-sdn-isis-net' },
  loopback: { type: 'string', optional: true },
  node: { type: 'string', optional: true, format: 'pve-node' },
  peers: { type: 'string', optional: true, format: 'ip-list' },
};

/** What `POST /cluster/sdn/ipams` takes and the file keeps. */
export const sdnIpamOptions: SectionTable = {
  fingerprint: { type: 'string', optional: true, pattern: '([A-Fa-f0-9]{2}:){31}[A-Fa-f0-9]{2}' },
  section: { type: 'integer', optional: true },
  token: { type: 'string', optional: true },
  url: { type: 'string', optional: true },
};

/** What `POST /cluster/sdn/dns` takes and the file keeps. */
export const sdnDnsOptions: SectionTable = {
  fingerprint: { type: 'string', optional: true },
  key: { type: 'string' },
  reversemaskv6: { type: 'integer', optional: true },
  reversev6mask: { type: 'integer', optional: true },
  ttl: { type: 'integer', optional: true },
  url: { type: 'string' },
};
