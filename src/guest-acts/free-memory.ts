import { guests, power } from '../snapshot/guests.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import { effectiveOptions } from '../pve/guest-config.ts';
import type { ActedGuest } from './acted-guest.ts';

const MIB = 1_048_576;

/** Bytes that a guest may use while it runs: 512 MiB where nothing is said (PVE's schema), "current=" for a VM's property string. */
export function memoryOf({ options }: Pick<ActedGuest, 'options'>): number {
  const text = options['memory'] ?? '512';
  return Number(/^(?:current=)?(?<mib>\d+)/u.exec(text)?.groups?.['mib'] ?? 512) * MIB;
}

/** Bytes that a node has beyond what its guests that run may use; 0 for one that is not known. */
export function freeMemory(snapshot: Snapshot, node: string): number {
  const state = snapshot.nodes[node];
  const all = guests(snapshot);
  if (state === undefined || isUnknown(state) || isUnknown(all)) return 0;
  return all
    .filter((guest) => guest.node === node && power(snapshot, guest.vmid) === 'running')
    .reduce(
      (left, { config }) =>
        isUnknown(config) ? left : left - memoryOf({ options: effectiveOptions(config) }),
      state.memory,
    );
}
