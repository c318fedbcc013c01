import type { GuestConfig } from '../pve/guest-config.ts';
import { options } from '../pve/guest-config.ts';
import type { GuestEntry } from '../snapshot/guests.ts';
import { guests } from '../snapshot/guests.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Row } from './listing.ts';

/** A guest whose config was read. */
export type KnownGuest = Omit<GuestEntry, 'config'> & { readonly config: GuestConfig };

export function knownGuests(snapshot: Snapshot): readonly KnownGuest[] {
  const all = guests(snapshot);
  if (isUnknown(all)) return [];
  return all.flatMap(({ vmid, type, node, config }) =>
    isUnknown(config) ? [] : [{ vmid, type, node, config }],
  );
}

/** Cells that say which guest it is. */
export function guestCells({ vmid, type, node, config }: KnownGuest): Row['cells'] {
  return { vmid, guest: options(config)[type === 'vm' ? 'name' : 'hostname'] ?? null, node };
}
