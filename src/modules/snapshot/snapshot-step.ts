import type { Effect } from '../../plan/plan.ts';
import type { DraftStep, GuestAt } from '../guest/power-step.ts';
import { guestLock, guestPath } from '../guest/power-step.ts';
import { snapshotAddress } from './snapshot-address.ts';
import type { SnapshotGuest } from './snapshot-guest.ts';
import { findSnapshot } from './snapshot-guest.ts';

/** Seconds that a snapshot of disks alone may take, and one that writes a VM's memory or merges a disk's. */
const DISKS_SECONDS = 600;
const MEMORY_SECONDS = 3600;

/** The config may have changed since the plan was made: a snapshot of what is there then is what is wanted. */
const guards = [{ require: 'quorum' }] as const;

export interface NewSnapshot {
  readonly name: string;
  readonly description?: string;
  /** Its memory too; of a VM that runs. */
  readonly vmstate: boolean;
}

export function takeStep(guest: GuestAt, { name, description, vmstate }: NewSnapshot): DraftStep {
  return {
    node: guest.node,
    act: {
      run: 'call',
      call: {
        method: 'POST',
        path: `${guestPath(guest)}/snapshot`,
        params: {
          snapname: name,
          ...(vmstate && { vmstate: '1' }),
          ...(description !== undefined && { description }),
        },
      },
    },
    guards,
    locks: [guestLock(guest)],
    effects: [
      {
        brings: 'options',
        address: snapshotAddress({ ...guest, name }, guest.cluster),
        node: guest.node,
        created: true,
        set: description === undefined ? {} : { description },
        remove: [],
        revert: [],
      },
    ],
    undo: [
      { run: 'call', call: { method: 'DELETE', path: `${guestPath(guest)}/snapshot/${name}`, params: {} } },
    ],
    detached: true,
    timeoutSeconds: vmstate ? MEMORY_SECONDS : DISKS_SECONDS,
  };
}

export function describeStep(
  guest: GuestAt,
  name: string,
  before: string | undefined,
  after: string | null,
): DraftStep {
  const describe = (description: string) => ({
    run: 'call' as const,
    call: {
      method: 'PUT' as const,
      path: `${guestPath(guest)}/snapshot/${name}/config`,
      params: { description },
    },
  });
  return {
    node: guest.node,
    act: describe(after ?? ''),
    guards,
    locks: [guestLock(guest)],
    effects: [
      {
        brings: 'options',
        address: snapshotAddress({ ...guest, name }, guest.cluster),
        node: guest.node,
        created: false,
        set: after === null ? {} : { description: after },
        remove: after === null ? ['description'] : [],
        revert: [],
      },
    ],
    undo: [describe(before ?? '')],
    detached: false,
    timeoutSeconds: DISKS_SECONDS,
  };
}

/** Of one that was taken anew under the same name meanwhile nobody has said that it may go. */
export function removeStep(guest: GuestAt & Pick<SnapshotGuest, 'config'>, name: string): DraftStep {
  const time = findSnapshot(guest, name)?.time;
  const isSame = time === undefined ? [] : [{ require: 'snapshot', path: guest.path, name, time } as const];
  return {
    node: guest.node,
    act: {
      run: 'call',
      call: { method: 'DELETE', path: `${guestPath(guest)}/snapshot/${name}`, params: {} },
    },
    guards: [...guards, ...isSame],
    locks: [guestLock(guest)],
    effects: [absence(guest, name)],
    undo: { impossible: 'the snapshot is gone' },
    detached: true,
    timeoutSeconds: MEMORY_SECONDS,
  };
}

function absence(guest: GuestAt, name: string): Effect {
  return { brings: 'absence', address: snapshotAddress({ ...guest, name }, guest.cluster), node: guest.node };
}
