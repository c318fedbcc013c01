import type { Snapshot } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';

/** The PVE release of a node, 8 or 9, by its pve-manager; 9 when it is not known. Members of a cluster may differ while it is upgraded. */
export function pveMajor(snapshot: Snapshot, node: string): number {
  const state = snapshot.nodes[node];
  if (state === undefined || isUnknown(state) || isUnknown(state.versions)) return 9;
  return Number(/^\d+/u.exec(state.versions['pve-manager'])?.[0] ?? 9);
}
