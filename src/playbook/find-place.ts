import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { HostPlace } from './task-specs.ts';

/** Where a host of the inventory is among the nodes that answered. */
export function findPlace({ clusters }: Survey, host: string): Omit<HostPlace, 'alone'> | undefined {
  for (const snapshot of clusters) {
    const found = Object.entries(snapshot.nodes).find(
      ([, state]) => !isUnknown(state) && state.host === host,
    );
    if (found !== undefined) return { host, snapshot, node: found[0] };
  }
  return undefined;
}
