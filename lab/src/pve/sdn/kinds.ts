/** What SDN is made of, each kind in a section file of its own. */
export type SdnKind = 'zones' | 'vnets' | 'subnets' | 'controllers';

interface KindFacts {
  readonly path: string;
  /** The parameter that names one. */
  readonly key: string;
  /** As PVE calls them in its errors. */
  readonly word: string;
  /** The method with all options. */
  readonly method: string;
}

export const KINDS: Readonly<Record<SdnKind, KindFacts>> = {
  zones: { path: '/etc/pve/sdn/zones.cfg', key: 'zone', word: 'zone', method: 'POST /cluster/sdn/zones' },
  vnets: { path: '/etc/pve/sdn/vnets.cfg', key: 'vnet', word: 'vnet', method: 'POST /cluster/sdn/vnets' },
  subnets: {
    path: '/etc/pve/sdn/subnets.cfg',
    key: 'subnet',
    word: 'subnet',
    method: 'POST /cluster/sdn/vnets/{vnet}/subnets',
  },
  controllers: {
    path: '/etc/pve/sdn/controllers.cfg',
    key: 'controller',
    word: 'controller',
    method: 'POST /cluster/sdn/controllers',
  },
};

/** Options of each type, those that it must have first; from PVE::Network::SDN's plugins. */
interface TypeOptions {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

const ZONE = 'nodes mtu dns reversedns dnszone ipam';

function options(required: string, optional: string): TypeOptions {
  const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');
  return { required: words(required), optional: words(optional) };
}

/** By type, of all kinds. */
export const TYPES: Readonly<Record<string, TypeOptions>> = {
  simple: options('', `${ZONE} dhcp`),
  vlan: options('bridge', `${ZONE} bridge-disable-mac-learning`),
  qinq: options('bridge tag', `${ZONE} bridge-disable-mac-learning vlan-protocol`),
  vxlan: options('', `${ZONE} peers vxlan-port fabric`),
  evpn: options(
    'controller vrf-vxlan',
    `${ZONE} exitnodes exitnodes-local-routing exitnodes-primary advertise-subnets disable-arp-nd-suppression bridge-disable-mac-learning
     rt-import vxlan-port mac`,
  ),
  vnet: options('zone', 'tag alias vlanaware isolate-ports'),
  subnet: options('vnet', 'gateway snat dnszoneprefix dhcp-range dhcp-dns-server'),
  'controller:evpn': options('asn', 'peers fabric'),
  'controller:bgp': options('asn node peers', 'bgp-multipath-as-path-relax ebgp ebgp-multihop loopback'),
  'controller:isis': options('isis-domain isis-ifaces isis-net node', 'loopback'),
};

/** The options of a type of a kind. */
export function typeOptions(kind: SdnKind, type: string): TypeOptions | undefined {
  return TYPES[kind === 'controllers' ? `controller:${type}` : type];
}
