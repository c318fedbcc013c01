import { readSections } from '../pve/section-config.ts';
import { readFile } from './files.ts';
import type { Snapshot, Unknown } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';

/** What a guest's network card can be put on, on that node: live bridges and SDN's vnets (sdn/vnets.cfg). */
export function bridgesOf(snapshot: Snapshot, node: string): readonly string[] | Unknown {
  const state = snapshot.nodes[node];
  if (state === undefined) return { unknown: `node ${node} is no member of ${snapshot.cluster}` };
  if (isUnknown(state)) return state;
  const vnets = readFile(snapshot, '/etc/pve/sdn/vnets.cfg');
  if (isUnknown(vnets)) return vnets;
  return [
    ...new Set([
      ...state.bridges,
      ...readSections(vnets ?? '')
        .filter(({ type }) => type === 'vnet')
        .map(({ id }) => id),
    ]),
  ];
}
