import type { Diagnostic } from '../../diagnostic.ts';
import type { Wanted } from '../module.ts';
import { refusal } from './check-place.ts';
import type { GuestKind } from './guest-kind.ts';
import type { Guest } from './read-guest.ts';
import { holdersOf, isUnused } from './unused-disks.ts';
import type { Wish } from './wish.ts';

/**
 * What stands against giving a slot a volume that the guest has already: one volume in two slots would be written by both.
 * An unused disk may be taken, and what leaves its slot by the same spec while the guest is stopped.
 */
export function checkAttach(
  kind: GuestKind,
  wanted: Wanted,
  guest: Guest,
  { option, disk: { volume } }: Wish,
  wishes: readonly Wish[],
): readonly Diagnostic[] {
  if (volume === undefined || volume.startsWith('/') || isMedium(volume)) return [];
  const twin = wishes.find((other) => other.option !== option && other.disk.volume === volume);
  const holders = holdersOf(kind, { ...guest.effective, ...guest.active }, volume).filter(
    (holder) => holder !== option && !isUnused(holder),
  );
  const leaves = (holder: string): boolean =>
    wishes.some((wish) => wish.option === holder && wish.disk.detaches === volume);
  const refuse = (what: string, hint: string): Diagnostic =>
    refusal(wanted, [option], 'guest/disk-twice', `${option} would get ${volume}, ${what}`, hint);
  return [
    ...(twin === undefined || twin.option > option
      ? []
      : [refuse(`which ${twin.option} would get too; one slot is wanted`, 'Leave one of them out.')]),
    ...holders
      .filter((holder) => !leaves(holder) || guest.power !== 'stopped')
      .map((holder) =>
        leaves(holder)
          ? refuse(
              `which leaves ${holder} only at a stop, and the guest is not stopped`,
              'Stop it first: "state: stopped".',
            )
          : refuse(
              `which is in ${holder} already; one slot is wanted`,
              `To have it there instead, declare "${holder}: null" beside it, with the guest stopped.`,
            ),
      ),
  ];
}

/** A disk that comes does not join a boot order that is there (pitfalls 24); one should know. */
export function bootRisks(kind: GuestKind, wishes: readonly Wish[], guest: Guest): readonly string[] {
  const order = /(?:^|,)order=(?<order>[^,]*)/u.exec(guest.effective['boot'] ?? '')?.groups?.['order'];
  if (
    kind.bootOrderAfter === undefined ||
    order === undefined ||
    wishes.some(({ option }) => option === 'boot')
  )
    return [];
  return wishes
    .filter(
      ({ option, disk }) => BOOTABLE.test(option) && guest.effective[option] === undefined && comes(disk),
    )
    .map(
      ({ option }) =>
        `${option} does not join the boot order (${order || 'empty'}); to boot from it, declare boot`,
    );
}

/** A disk's slot: a CD drive joins by itself. */
const BOOTABLE = /^(?:scsi|virtio|sata|ide)\d+$/u;

function comes({ change, volume }: Wish['disk']): boolean {
  const text = change?.text ?? '';
  return change?.how === 'set' && !/(?:^|,)media=cdrom(?:,|$)/u.test(text) && !isMedium(volume ?? '');
}

const isMedium = (volume: string): boolean => volume === 'none' || /:iso\//u.test(volume);
