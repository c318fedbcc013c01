import type { Effect } from '../../plan/plan.ts';
import { rewriteGuestConfig } from '../../pve/guest-config-rewrite.ts';
import { withGuest, withPower } from '../../snapshot/change.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { GuestKind } from './guest-kind.ts';
import { readGuest } from './read-guest.ts';

/** It runs there if it ran here. */
export function predictPlace(
  kind: GuestKind,
  snapshot: Snapshot,
  vmid: number,
  { to }: Effect & { brings: 'place' },
): Snapshot {
  const guest = readGuest(kind, snapshot, vmid);
  if (guest === undefined || isUnknown(guest)) return snapshot;
  const text = rewriteGuestConfig(guest.config);
  const moved = withGuest(snapshot, { vmid, type: kind.kind, node: to, text });
  return withPower(moved, to, kind.kind, vmid, guest.power === 'running');
}
