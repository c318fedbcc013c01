import type { Interface } from '../pve/interfaces-view.ts';
import type { NodeState, Unknown } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Listing, Row } from './listing.ts';
import { columns, ofEachCluster, rowOf, textOrNull } from './listing.ts';
import { configuredInterfaces } from './node-interfaces.ts';

/** Interfaces as /etc/network/interfaces of each node configures them, and whether they are there now. */
export const networks: Listing = {
  columns: columns(
    'interface type address gateway ports autostart live node cluster',
    'method comments options',
  ),
  rows: ofEachCluster((snapshot) =>
    Object.entries(snapshot.nodes).flatMap(([node, state]) =>
      (configuredInterfaces(snapshot, node) ?? []).map((each) =>
        rowOf(snapshot, 'network', each.name, cellsOf(each, state), node),
      ),
    ),
  ),
};

function cellsOf(own: Interface, state: NodeState | Unknown): Row['cells'] {
  return {
    interface: own.name,
    type: own.type,
    address: [own.cidr, own.cidr6].flatMap((address) => address ?? []),
    gateway: [own.gateway, own.gateway6].flatMap((address) => address ?? []),
    ports: own.ports,
    autostart: own.autostart,
    live: isUnknown(state) ? 'unknown' : state.interfaces.includes(own.name),
    method: own.method,
    comments: textOrNull(own.comments.join('\n')),
    options: Object.entries(own.options).map(([key, value]) => `${key}=${value}`),
  };
}
