import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';

/** PVE's name of the node behind an inventory host, when exactly one host declared the resource. */
export function nodeOfHost(snapshot: Snapshot, declaredBy: readonly string[]): string | undefined {
  const [host, ...others] = declaredBy;
  if (host === undefined || others.length > 0) return undefined;
  return Object.entries(snapshot.nodes).find(([, state]) => !isUnknown(state) && state.host === host)?.[0];
}
