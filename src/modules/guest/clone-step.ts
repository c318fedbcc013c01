import { address } from '../../address.ts';
import type { Effect } from '../../plan/plan.ts';
import type { PveCall } from '../../pve/call.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { DraftStep, GuestAt } from './power-step.ts';
import { guestLock, guestPath } from './power-step.ts';
import { storageLock } from './storage-lock.ts';

/** Seconds: whole disks are copied. */
const CLONE_SECONDS = 86_400;

/** A clone to be made. */
export interface Clone {
  readonly source: GuestAt;
  readonly made: GuestAt;
  readonly name: string | undefined;
  /** Its disks rest on those of the source. */
  readonly linked: boolean;
  /** As the call has them: full, snapname, storage, format, pool, description, bwlimit. */
  readonly how: Readonly<Record<string, string>>;
  /** Storages that the source's disks are on. */
  readonly storages: readonly string[];
  readonly sourceIs: 'stopped' | 'in use';
}

const nameOption = ({ kind }: GuestAt['kind']): 'name' | 'hostname' => (kind === 'vm' ? 'name' : 'hostname');

/** The call runs where the source is; `full` is said only where PVE would decide otherwise. */
export function cloneCall({ source, made, name, how }: Clone): PveCall {
  return {
    method: 'POST',
    path: `${guestPath(source)}/clone`,
    params: {
      newid: String(made.vmid),
      ...(name !== undefined && { [nameOption(made.kind)]: name }),
      ...how,
      ...(made.node !== source.node && { target: made.node }),
    },
  };
}

export type CloneEffect = Effect & {
  readonly brings: 'options';
  readonly copyOf: NonNullable<(Effect & { readonly brings: 'options' })['copyOf']>;
};

/** What a clone brings: a guest with the options of its source, and what the call says itself. */
export function cloneEffect({ source, made, name, how, linked }: Clone): CloneEffect {
  const { vmid, node, cluster, kind } = made;
  const { snapname, storage, format, description } = how;
  return {
    brings: 'options',
    address: address(kind.kind, vmid, cluster),
    node,
    created: true,
    copyOf: {
      vmid: source.vmid,
      ...(linked && { linked: true }),
      ...(snapname !== undefined && { snapshot: snapname }),
      ...(storage !== undefined && { storage }),
      ...(format !== undefined && { format }),
    },
    set: {
      ...(name !== undefined && { [nameOption(kind)]: name }),
      ...(description !== undefined && { description }),
    },
    remove: [],
    revert: [],
  };
}

/**
 * The step that makes a clone. PVE locks a container, and a VM that runs, against other clones; a VM that is stopped has
 * several at once (PVE::API2::Qemu clone_vm). Each storage makes one volume at a time.
 */
export function cloneStep(clone: Clone, snapshot: Snapshot): DraftStep {
  const { source, made, how, storages, sourceIs } = clone;
  const { vmid, kind } = made;
  const { storage } = how;
  const isAlone = kind.kind === 'container' || sourceIs === 'in use';
  const allocated = storage === undefined ? [...new Set(storages)] : [storage];
  return {
    node: source.node,
    act: { run: 'call', call: cloneCall(clone) },
    guards: [{ require: 'quorum' }, { require: 'vmid-free', vmid }],
    locks: [
      guestLock(made),
      ...(isAlone ? [guestLock(source)] : []),
      ...allocated.map((id) => storageLock(snapshot, id, source.node)),
    ],
    effects: [cloneEffect(clone)],
    undo: [{ run: 'call', call: { method: 'DELETE', path: guestPath(made), params: {} } }],
    detached: true,
    timeoutSeconds: CLONE_SECONDS,
  };
}
