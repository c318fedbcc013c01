import type { Diagnostic } from '../../diagnostic.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import { storages } from '../../snapshot/storages.ts';
import type { Wanted } from '../module.ts';
import { refusal } from './check-place.ts';
import { presentPlace } from './disk-place.ts';
import type { GuestKind } from './guest-kind.ts';
import type { Guest } from './read-guest.ts';
import type { Wish } from './wish.ts';

/**
 * A disk whose storage is gone can't be read, so neither grown, moved, set nor destroyed; it may be detached. Whether a volume
 * is on a storage that is there only its node knows, and PVE says so.
 */
export function checkLost(
  kind: GuestKind,
  wanted: Wanted,
  snapshot: Snapshot,
  guest: Guest,
  { option, row, disk }: Wish,
): readonly Diagnostic[] {
  const text = guest.effective[option];
  const { change, grow, move, destroys } = disk;
  if (row.shape !== 'disk' || text === undefined) return [];
  const reads = grow !== undefined || move !== undefined || destroys !== undefined || change?.how === 'set';
  const { storage: id, volume, cdrom } = presentPlace(kind, option, text, guest);
  const all = storages(snapshot);
  if (!reads || cdrom || id === undefined || isUnknown(all)) return [];
  const storage = all.find((each) => each.id === id);
  const elsewhere = storage?.nodes !== undefined && !storage.nodes.includes(guest.node);
  const what =
    storage === undefined
      ? 'a storage that is not there any more'
      : storage.disabled
        ? 'a storage that is disabled'
        : elsewhere
          ? `a storage that is not on node ${guest.node}`
          : undefined;
  if (what === undefined) return [];
  return [
    refusal(
      wanted,
      [option],
      'guest/disk-lost',
      `${option} holds ${volume}, on ${what}; its volume can't be reached`,
      storage === undefined
        ? `Define ${id} again, or give the slot up: ${option}: null`
        : 'Mend the storage, and plan again.',
    ),
  ];
}
