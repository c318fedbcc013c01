import type { Address } from '../../address.ts';
import { address } from '../../address.ts';
import { findGuest } from '../../snapshot/guests.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Wanted } from '../module.ts';
import { birthOf } from './birth.ts';
import type { GuestKind } from './guest-kind.ts';
import { readGuest } from './read-guest.ts';

/** The guest of which one that is not there yet is to be a clone. */
export function sourceOf(wanted: Wanted, snapshot: Snapshot): Address | undefined {
  const birth = birthOf(wanted);
  if (birth?.by !== 'clone' || findGuest(snapshot, Number(wanted.address.name)) !== undefined)
    return undefined;
  return address(wanted.address.kind, birth.from, snapshot.cluster);
}

/** What a guest that is not there yet is made of, and the storages and bridges that its spec names. */
export function guestRefs(kind: GuestKind, wanted: Wanted, snapshot: Snapshot): readonly Address[] {
  const guest = readGuest(kind, snapshot, Number(wanted.address.name));
  const node = guest === undefined || isUnknown(guest) ? wanted.node : guest.node;
  const onStorage = (id: string | null | undefined): readonly Address[] =>
    typeof id === 'string' ? [address('storage', id, snapshot.cluster)] : [];
  const named = Object.values(wanted.options).flatMap((value) => {
    if (typeof value !== 'object' || value === null) return [];
    const bridge =
      typeof value['bridge'] === 'string' ? [address('bridge', value['bridge'], snapshot.cluster, node)] : [];
    return [...onStorage(value['storage']), ...bridge];
  });
  const source = sourceOf(wanted, snapshot);
  return [...(source === undefined ? [] : [source]), ...onStorage(birthOf(wanted)?.how['storage']), ...named];
}
