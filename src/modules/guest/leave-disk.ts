import type { Diagnostic } from '../../diagnostic.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { PlanOptions, Wanted } from '../module.ts';
import type { Property } from '../property.ts';
import { refusal } from './check-place.ts';
import type { DiskChange } from './disk-change.ts';
import { placeOf } from './disk-place.ts';
import type { GuestKind } from './guest-kind.ts';
import { optionChange } from './option-change.ts';
import type { Guest } from './read-guest.ts';
import { isKept, isUnused, ownsVolume, snapshotsOf } from './unused-disks.ts';
import type { Wish } from './wish.ts';

/**
 * A slot that is to be empty: its disk is detached, and stays with the guest as an unused disk. An unused disk that is to go
 * is destroyed; a CD drive, a cloud-init drive and what is no volume of PVE's just go.
 */
export function leavingDisk(kind: GuestKind, row: Property, option: string, guest: Guest): DiskChange {
  const text = guest.effective[option];
  if (text === undefined) return { refusals: [] };
  const { cdrom, volume } = placeOf(kind, option, text);
  const change = optionChange(kind, row, option, null, guest);
  if (change === undefined) return { refusals: [] };
  if (cdrom || volume.startsWith('/')) return { refusals: [], change };
  return { refusals: [], change, ...(isUnused(option) ? { destroys: volume } : { detaches: volume }) };
}

/** What stands against destroying an unused disk. */
export function checkDestroy(
  kind: GuestKind,
  wanted: Wanted,
  guest: Guest,
  { option, disk: { destroys } }: Wish,
  wishes: readonly Wish[],
  { allowDestroy }: Pick<PlanOptions, 'allowDestroy'>,
): readonly Diagnostic[] {
  if (destroys === undefined) return [];
  const refuse = (code: string, what: string, hint: string): Diagnostic =>
    refusal(wanted, [option], code, what, hint);
  const taker = wishes.find(({ disk }) => disk.volume === destroys);
  const held = snapshotsOf(kind, guest.config, destroys);
  return [
    ...(taker === undefined
      ? []
      : [
          refuse(
            'guest/disk-twice',
            `${option} is to be destroyed, and ${taker.option} is to get its volume ${destroys}`,
            `Leave ${option} out: it goes by itself when its volume is in a slot.`,
          ),
        ]),
    ...(held.length === 0
      ? []
      : [
          refuse(
            'guest/disk-in-snapshot',
            `${option} (${destroys}) is in the snapshot ${held.join(', ')}, and PVE destroys no disk of a snapshot`,
            'Remove the snapshots first.',
          ),
        ]),
    ...(allowDestroy
      ? []
      : [
          refuse(
            'guest/destroy',
            `the spec wants no ${option}, and that destroys its volume ${destroys}`,
            'Run again with --allow-destroy if that is meant.',
          ),
        ]),
  ];
}

/** What one should know of disks that leave their slots. */
export function leaveRisks(
  kind: GuestKind,
  wishes: readonly Wish[],
  guest: Guest,
  snapshot: Snapshot,
): readonly string[] {
  const after = (volume: string): string => {
    if (isKept(kind, guest.vmid, snapshot, volume)) return 'stays as an unused disk';
    return ownsVolume(guest.vmid, volume)
      ? 'is on no storage any more, and nothing of it stays'
      : `is not the ${kind.label}'s own, and is left to whom it belongs`;
  };
  return wishes.flatMap(({ option, disk }) => [
    ...(disk.detaches === undefined ? [] : [`detaches ${option}: ${disk.detaches} ${after(disk.detaches)}`]),
    ...(disk.destroys === undefined ? [] : [`destroys ${disk.destroys} (${option})`]),
  ]);
}
