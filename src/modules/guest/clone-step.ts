import { address } from '../../address.ts';
import type { PveCall } from '../../pve/call.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { GuestKind } from './guest-kind.ts';
import { volumesIn } from './guest-volumes.ts';
import type { DraftStep, Target } from './power-step.ts';
import { guestLock, guestPath } from './power-step.ts';
import type { Guest } from './read-guest.ts';
import { storageLock } from './storage-lock.ts';

/** Seconds: whole disks are copied. */
const CLONE_SECONDS = 86_400;

/** A clone to be made. */
export interface Clone {
  readonly kind: GuestKind;
  readonly source: Guest;
  readonly made: Target;
  readonly name: string | undefined;
  /** As the call has them: full, snapname, storage, format, bwlimit. */
  readonly how: Readonly<Record<string, string>>;
}

/** The call runs where the source is; `full` is said only where PVE would decide otherwise. */
export function cloneCall({ kind, source, made, name, how }: Clone): PveCall {
  return {
    method: 'POST',
    path: `${guestPath({ kind, vmid: source.vmid, node: source.node })}/clone`,
    params: {
      newid: String(made.vmid),
      ...(name !== undefined && { [kind.nameOption]: name }),
      ...how,
      ...(made.node !== source.node && { target: made.node }),
    },
  };
}

/**
 * The step that makes a clone. PVE locks a container, and a VM that runs, against other clones; a VM that is stopped has
 * several at once (PVE::API2::Qemu clone_vm). Each storage makes one volume at a time.
 */
export function cloneStep(clone: Clone, snapshot: Snapshot): DraftStep {
  const { kind, source, made, name, how } = clone;
  const { vmid, node, cluster } = made;
  const disks = volumesIn(kind, source.active).filter(({ isMedium }) => !isMedium);
  const allocated = new Set(disks.flatMap(({ storage }) => how['storage'] ?? storage ?? []));
  const isAlone = kind.kind === 'container' || source.power !== 'stopped';
  return {
    node: source.node,
    act: { run: 'call', call: cloneCall(clone) },
    guards: [{ require: 'quorum' }, { require: 'vmid-free', vmid }],
    locks: [
      guestLock(made),
      ...(isAlone ? [guestLock({ ...made, vmid: source.vmid })] : []),
      ...[...allocated].map((id) => storageLock(snapshot, id, source.node)),
    ],
    effects: [
      {
        brings: 'options',
        address: address(kind.kind, vmid, cluster),
        node,
        created: true,
        copyOf: {
          vmid: source.vmid,
          ...(how['snapname'] !== undefined && { snapshot: how['snapname'] }),
          ...(how['storage'] !== undefined && { storage: how['storage'] }),
          ...(how['format'] !== undefined && { format: how['format'] }),
        },
        set: name === undefined ? {} : { [kind.nameOption]: name },
        remove: [],
        revert: [],
      },
    ],
    undo: [{ run: 'call', call: { method: 'DELETE', path: guestPath(made), params: {} } }],
    detached: true,
    timeoutSeconds: CLONE_SECONDS,
  };
}
