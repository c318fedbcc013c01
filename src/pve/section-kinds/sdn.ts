import {
  sdnControllerOptions,
  sdnDnsOptions,
  sdnIpamOptions,
  sdnSubnetOptions,
  sdnVnetOptions,
  sdnZoneOptions,
} from '../schema/sections/sdn.ts';
import { refusedByFormat } from '../formats.ts';
import { ipForm } from '../ip-address.ts';
import { perlDialect } from '../section-dialect.ts';
import { asSet, off, type NormalSection, type SectionKind, type SectionType } from '../section-kind.ts';
import { splitList } from '../text-list.ts';

/** The files of /etc/pve/sdn that PVE::SectionConfig reads (pve-network PVE/Network/SDN). */
function sdnFile(
  name: string,
  noun: string,
  what: string,
  more: Omit<SectionKind, 'kind' | 'summary' | 'path' | 'noun' | 'dialect'>,
): SectionKind {
  return {
    kind: `sdn-${name}`,
    summary: `${what} (sdn/${name}.cfg)`,
    path: new RegExp(`^/etc/pve/sdn/${name}\\.cfg$`, 'u'),
    noun,
    dialect: perlDialect,
    ...more,
  };
}

const zone = (required: readonly string[], ...optional: readonly string[]): SectionType => ({
  table: sdnZoneOptions,
  required,
  optional: ['nodes', 'dns', 'reversedns', 'dnszone', 'ipam', ...optional],
});

/** sdn/zones.cfg (Zones/*Plugin.pm). */
export const sdnZoneSections = sdnFile('zones', 'SDN zone', 'the SDN zones', {
  types: {
    evpn: zone(
      ['vrf-vxlan', 'controller'],
      'exitnodes',
      'exitnodes-local-routing',
      'exitnodes-primary',
      'advertise-subnets',
      'disable-arp-nd-suppression',
      'bridge-disable-mac-learning',
      'rt-import',
      'vxlan-port',
      'mtu',
      'mac',
    ),
    faucet: zone(['dp-id', 'controller']),
    qinq: zone(['tag', 'bridge'], 'bridge-disable-mac-learning', 'mtu', 'vlan-protocol'),
    simple: zone([], 'mtu', 'dhcp'),
    vlan: zone(['bridge'], 'bridge-disable-mac-learning', 'mtu'),
    vxlan: zone([], 'peers', 'vxlan-port', 'mtu', 'fabric'),
  },
  forms: { nodes: asSet(), exitnodes: asSet(), peers: addressesForm },
  absent: off(
    'exitnodes-local-routing',
    'advertise-subnets',
    'disable-arp-nd-suppression',
    'bridge-disable-mac-learning',
  ),
  mentions: {
    nodes: { kind: 'node' },
    exitnodes: { kind: 'node' },
    'exitnodes-primary': { kind: 'node' },
    bridge: { kind: 'bridge' },
    controller: { kind: 'controller' },
    ipam: { kind: 'ipam' },
    dns: { kind: 'dns' },
    reversedns: { kind: 'dns' },
    fabric: { kind: 'fabric' },
  },
  defines: ['zone'],
});

/** sdn/vnets.cfg (VnetPlugin.pm); a VNet is a bridge of that name on the nodes of its zone. */
export const sdnVnetSections = sdnFile('vnets', 'VNet', 'the SDN VNets', {
  types: {
    vnet: {
      table: sdnVnetOptions,
      required: ['zone'],
      optional: ['tag', 'alias', 'vlanaware', 'isolate-ports'],
    },
  },
  absent: off('vlanaware', 'isolate-ports'),
  mentions: { zone: { kind: 'zone', names: (value) => [value] } },
  defines: ['vnet', 'bridge'],
});

/** sdn/subnets.cfg (SubnetPlugin.pm); an id is ZONE-ADDRESS-BITS. */
export const sdnSubnetSections = sdnFile('subnets', 'subnet', 'the subnets of SDN VNets', {
  refusedId: refusedSubnetId,
  types: {
    subnet: {
      table: sdnSubnetOptions,
      required: ['vnet'],
      optional: ['gateway', 'snat', 'dnszoneprefix', 'dhcp-range', 'dhcp-dns-server'],
    },
  },
  forms: { gateway: ipForm, 'dhcp-dns-server': ipForm },
  absent: off('snat'),
  mentions: { vnet: { kind: 'vnet', names: (value) => [value] } },
});

/** sdn/controllers.cfg (Controllers/*Plugin.pm). */
export const sdnControllerSections = sdnFile('controllers', 'SDN controller', 'the SDN controllers', {
  types: {
    bgp: {
      table: sdnControllerOptions,
      required: ['node', 'asn', 'peers'],
      optional: ['bgp-multipath-as-path-relax', 'ebgp', 'ebgp-multihop', 'loopback'],
    },
    evpn: { table: sdnControllerOptions, required: ['asn'], optional: ['peers', 'fabric'] },
    faucet: { table: sdnControllerOptions, required: [], optional: [] },
    isis: {
      table: sdnControllerOptions,
      required: ['isis-domain', 'isis-net', 'isis-ifaces', 'node'],
      optional: ['loopback'],
    },
  },
  forms: { peers: addressesForm },
  absent: off('bgp-multipath-as-path-relax', 'ebgp'),
  mentions: { node: { kind: 'node' }, fabric: { kind: 'fabric' } },
  defines: ['controller'],
});

/** sdn/ipams.cfg (Ipams/*Plugin.pm); "pve" is always there (Ipams.pm config). */
export const sdnIpamSections = sdnFile('ipams', 'IPAM', 'the IP address managements of SDN', {
  types: {
    netbox: { table: sdnIpamOptions, required: ['url', 'token'], optional: ['fingerprint'] },
    phpipam: { table: sdnIpamOptions, required: ['url', 'token', 'section'], optional: ['fingerprint'] },
    pve: { table: sdnIpamOptions, required: [], optional: [] },
  },
  imply: withOwnIpam,
  defines: ['ipam'],
  builtIn: ['pve'],
});

/** sdn/dns.cfg (Dns/*Plugin.pm). */
export const sdnDnsSections = sdnFile('dns', 'DNS server', 'the DNS servers that SDN registers names with', {
  types: {
    powerdns: {
      table: sdnDnsOptions,
      required: ['url', 'key'],
      optional: ['ttl', 'reversemaskv6', 'fingerprint'],
    },
  },
  defines: ['dns'],
});

function addressesForm(value: string): string {
  return splitList(value).map(ipForm).join(',');
}

function withOwnIpam(sections: readonly NormalSection[]): readonly NormalSection[] {
  const own = sections.find(({ id }) => id === 'pve');
  const others = sections.filter((section) => section !== own);
  return [...others, { type: 'pve', id: 'pve', options: own?.options ?? {} }];
}

function refusedSubnetId(id: string): string | undefined {
  const [, address = '', bits = ''] = id.split('-');
  const network = id.includes('/') ? id : `${address}/${bits}`;
  return refusedByFormat('CIDR', network) === undefined
    ? undefined
    : 'ZONE-ADDRESS-BITS like zone1-10.0.0.0-24';
}
