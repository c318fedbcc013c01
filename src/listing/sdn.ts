import { fabricSections } from '../pve/section-kinds/fabrics.ts';
import {
  sdnControllerSections,
  sdnDnsSections,
  sdnIpamSections,
  sdnSubnetSections,
  sdnVnetSections,
  sdnZoneSections,
} from '../pve/section-kinds/sdn.ts';
import { splitList } from '../pve/text-list.ts';
import type { Listing } from './listing.ts';
import { columns, ofEachCluster, rowOf, textOrNull } from './listing.ts';
import { sectionsIn } from './sections.ts';

const files = [
  ['zone', 'zones', sdnZoneSections],
  ['vnet', 'vnets', sdnVnetSections],
  ['subnet', 'subnets', sdnSubnetSections],
  ['controller', 'controllers', sdnControllerSections],
  ['ipam', 'ipams', sdnIpamSections],
  ['dns', 'dns', sdnDnsSections],
  ['fabric', 'fabrics', fabricSections],
] as const;

/** SDN as it is defined; nodes may not have been told yet. */
export const sdn: Listing = {
  columns: columns('kind name type in tag bridge gateway nodes cluster', 'alias options'),
  rows: ofEachCluster((snapshot) =>
    files.flatMap(([kind, name, sections]) =>
      sectionsIn(snapshot, `/etc/pve/sdn/${name}.cfg`, sections).map(({ type, id, options }) =>
        rowOf(snapshot, kind, id, {
          kind,
          name: id,
          type,
          in: textOrNull(options['zone'] ?? options['vnet']),
          tag: textOrNull(options['tag']),
          bridge: textOrNull(options['bridge']),
          gateway: textOrNull(options['gateway']),
          nodes: splitList(options['nodes'] ?? options['node'] ?? ''),
          alias: textOrNull(options['alias']),
          options: Object.entries(options).map(([key, value]) => `${key}=${value}`),
        }),
      ),
    ),
  ),
};
