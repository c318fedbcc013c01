import type { Effect } from '../../plan/plan.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { GuestKind } from './guest-kind.ts';
import { isPending } from './pending-differences.ts';
import type { DraftStep } from './power-step.ts';
import { guestPath } from './power-step.ts';
import { readGuest } from './read-guest.ts';

const REVERT_SECONDS = 60;
const DESTROY_SECONDS = 600;

/** What a failed step has left is taken back: a config that a restore made, changes that a set queued. */
export function takeBack(
  kind: GuestKind,
  before: Snapshot,
  after: Snapshot,
  effect: Effect,
): DraftStep | undefined {
  if (effect.brings === 'restore') return takeBackRestored(kind, before, after, effect);
  return effect.brings === 'options' ? takeBackPending(kind, before, after, effect) : undefined;
}

/**
 * A failed restore leaves a config behind that has its number and next to nothing in it (pitfall 25; recording backup-04):
 * the next plan would take it for the guest. It was not there before; while it is locked something still works on it.
 */
function takeBackRestored(
  kind: GuestKind,
  before: Snapshot,
  after: Snapshot,
  { address, node }: Effect,
): DraftStep | undefined {
  const was = readGuest(kind, before, Number(address.name));
  const is = readGuest(kind, after, Number(address.name));
  if (was !== undefined || is === undefined || isUnknown(is) || is.active['lock'] !== undefined)
    return undefined;
  const path = guestPath({ kind, vmid: is.vmid, node });
  return {
    node,
    act: { run: 'call', call: { method: 'DELETE', path, params: {} } },
    guards: [
      { require: 'unchanged', path: is.path },
      { require: 'power', guest: kind.kind, vmid: is.vmid, is: 'stopped' },
    ],
    locks: [],
    effects: [{ brings: 'absence', address, node }],
    undo: { impossible: 'it takes back what a failed step has left' },
    detached: false,
    timeoutSeconds: DESTROY_SECONDS,
  };
}

/**
 * The step that drops what a failed one has left pending (pitfall 7; recording vm-11: a net device that could not be
 * unplugged): what it queued would be applied by the next restart. What was pending before it is not ours, and stays.
 */
function takeBackPending(
  kind: GuestKind,
  before: Snapshot,
  after: Snapshot,
  effect: Effect & { readonly brings: 'options' },
): DraftStep | undefined {
  const { address, node } = effect;
  const was = readGuest(kind, before, Number(address.name));
  const is = readGuest(kind, after, Number(address.name));
  if (was === undefined || isUnknown(was) || is === undefined || isUnknown(is)) return undefined;
  const revert = [...Object.keys(effect.set), ...effect.remove].filter(
    (option) => isPending(is, option) && !isPending(was, option),
  );
  if (revert.length === 0) return undefined;
  const params = { revert: revert.join(','), digest: { digest: is.path } };
  const path = `${guestPath({ kind, vmid: is.vmid, node })}/config`;
  return {
    node,
    act: { run: 'call', call: { method: 'PUT', path, params } },
    guards: [],
    locks: [],
    effects: [{ brings: 'options', address, node, created: false, set: {}, remove: [], revert }],
    undo: { impossible: 'it takes back what a failed step has left' },
    detached: false,
    timeoutSeconds: REVERT_SECONDS,
  };
}
