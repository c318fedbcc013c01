import type { Diagnostic } from '../../diagnostic.ts';
import { splitList } from '../../pve/text-list.ts';
import type { Wanted } from '../module.ts';
import { refusal } from './check-place.ts';
import type { GuestKind } from './guest-kind.ts';
import type { Wish } from './wish.ts';

/** A boot order names only what will be there: PVE refuses another (API2/Qemu.pm, "invalid bootorder"). */
export function checkBootOrder(
  kind: GuestKind,
  wanted: Wanted,
  present: Readonly<Record<string, string>>,
  wishes: readonly Pick<Wish, 'option' | 'wanted'>[],
): readonly Diagnostic[] {
  const boot = wishes.find(({ option }) => option === 'boot')?.wanted;
  const order = typeof boot === 'object' ? boot?.['order'] : undefined;
  if (kind.bootOrderAfter === undefined || typeof order !== 'string') return [];
  const wishOf = new Map(wishes.map((wish) => [wish.option, wish.wanted]));
  const isThere = (device: string): boolean =>
    wishOf.has(device) ? wishOf.get(device) !== null : present[device] !== undefined;
  return splitList(order)
    .filter((device) => !isThere(device))
    .map((device) =>
      refusal(
        wanted,
        ['boot'],
        'guest/boot-device',
        `the boot order names ${device}, which it does not have`,
        `Declare ${device} too, or leave it out of the order.`,
      ),
    );
}
