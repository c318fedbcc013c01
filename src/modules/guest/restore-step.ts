import { address } from '../../address.ts';
import type { PveCall } from '../../pve/call.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { DraftStep, GuestAt } from './power-step.ts';
import { guestLock, guestPath } from './power-step.ts';
import { storageLock } from './storage-lock.ts';

/** Seconds: whole disks are written, from a backup server at the other end of a line. */
const RESTORE_SECONDS = 172_800;

/** A guest to be made from an archive. */
export interface Restore {
  readonly made: GuestAt;
  readonly archive: string;
  /** As the call has them: storage, unique, force, pool, bwlimit. */
  readonly how: Readonly<Record<string, string>>;
  /** Options that take the place of the archive's. */
  readonly options: Readonly<Record<string, string>>;
}

/** MAC addresses and ids are those of the archive, unless `unique` is said. */
export function restoreCall({ made, archive, how, options }: Restore): PveCall {
  const { kind, node } = made;
  return {
    method: 'POST',
    path: `/nodes/${node}/${kind.type}`,
    params: {
      vmid: String(made.vmid),
      ...(kind.kind === 'vm' ? { archive } : { ostemplate: archive, restore: '1' }),
      ...how,
      ...options,
    },
  };
}

/** Where its disks come to lie only the archive says, unless a storage is named. */
export function restoreStep(restore: Restore, snapshot: Snapshot): DraftStep {
  const { made, how, options } = restore;
  const { kind, vmid, node, cluster } = made;
  const at = address(kind.kind, vmid, cluster);
  return {
    node,
    act: { run: 'call', call: restoreCall(restore) },
    guards: [{ require: 'quorum' }, { require: 'vmid-free', vmid }],
    locks: [
      guestLock(made),
      ...(how['storage'] === undefined ? [] : [storageLock(snapshot, how['storage'], node)]),
    ],
    effects: [
      { brings: 'restore', address: at, node },
      { brings: 'options', address: at, node, created: false, set: options, remove: [], revert: [] },
    ],
    undo: [{ run: 'call', call: { method: 'DELETE', path: guestPath(made), params: {} } }],
    detached: true,
    timeoutSeconds: RESTORE_SECONDS,
  };
}
