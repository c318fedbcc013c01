import { effectiveOptions } from '../pve/guest-config.ts';
import { sdnVnetSections } from '../pve/section-kinds/sdn.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import { knownGuests } from './guest-name.ts';
import type { Listing, Row } from './listing.ts';
import { columns, ofEachCluster, rowOf } from './listing.ts';
import { configuredInterfaces } from './node-interfaces.ts';
import { isOn, sectionsIn } from './sections.ts';

/** Bridges of each node, live or configured, and VNets; with how many cards of guests are on each. */
export const bridges: Listing = {
  columns: columns('bridge type ports vlans address cards live node cluster'),
  rows: ofEachCluster((snapshot) => {
    const cards = countCards(snapshot);
    return Object.keys(snapshot.nodes).flatMap((node) => bridgesOf(snapshot, node, cards));
  }),
};

function bridgesOf(snapshot: Snapshot, node: string, cards: ReadonlyMap<string, number>): readonly Row[] {
  const state = snapshot.nodes[node];
  // PVE makes fwbrVMIDiN for each card with a firewall.
  const live =
    state === undefined || isUnknown(state)
      ? undefined
      : state.bridges.filter((name) => !/^fwbr\d+i\d+$/u.test(name));
  const configured = (configuredInterfaces(snapshot, node) ?? []).filter(({ type }) =>
    /^(?:OVSB|b)ridge$/u.test(type),
  );
  const vnets = sectionsIn(snapshot, '/etc/pve/sdn/vnets.cfg', sdnVnetSections).map(({ id }) => id);
  const names = [...new Set([...configured.map(({ name }) => name), ...(live ?? []), ...vnets])].sort();
  return names.map((bridge) => {
    const own = configured.find(({ name }) => name === bridge);
    const cells = {
      bridge,
      type: vnets.includes(bridge) ? 'vnet' : (own?.type ?? 'unknown'),
      ports: own?.ports ?? [],
      vlans:
        own === undefined ? 'unknown' : own.type === 'OVSBridge' || isOn(own.options['bridge_vlan_aware']),
      address: [own?.cidr, own?.cidr6].flatMap((address) => address ?? []),
      cards: cards.get(`${node} ${bridge}`) ?? 0,
      live: live === undefined ? 'unknown' : live.includes(bridge),
    };
    return rowOf(snapshot, 'bridge', bridge, cells, node);
  });
}

/** By "NODE BRIDGE". */
function countCards(snapshot: Snapshot): ReadonlyMap<string, number> {
  const cards = new Map<string, number>();
  for (const { node, config } of knownGuests(snapshot)) {
    for (const [key, value] of Object.entries(effectiveOptions(config))) {
      const bridge = /^net\d+$/u.test(key)
        ? /(?:^|,)bridge=(?<name>[^,]+)/u.exec(value)?.groups?.['name']
        : undefined;
      if (bridge !== undefined) cards.set(`${node} ${bridge}`, (cards.get(`${node} ${bridge}`) ?? 0) + 1);
    }
  }
  return cards;
}
