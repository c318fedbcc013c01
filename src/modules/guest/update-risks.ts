import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Difference } from '../../plan/plan.ts';
import { findProperty } from '../property.ts';
import { bootRisks } from './attach-disk.ts';
import { pathRisk } from './check-volume.ts';
import type { GuestKind } from './guest-kind.ts';
import { leaveRisks } from './leave-disk.ts';
import { moveRisks } from './move-disk.ts';
import { propertyValue } from './read-guest.ts';
import type { Guest } from './read-guest.ts';
import type { Wish } from './wish.ts';

/** What one should know before saying yes to an update; `restarts`: the name of the guest that is restarted. */
export function updateRisks(
  kind: GuestKind,
  wishes: readonly Wish[],
  differences: readonly Difference[],
  guest: Guest,
  snapshot: Snapshot,
  restarts: string | undefined,
): readonly string[] {
  const paths = wishes.flatMap(({ option, disk }) =>
    disk.volume === undefined ? [] : pathRisk({ option, volume: disk.volume }),
  );
  const live = guest.power === 'stopped' ? [] : differences.filter(({ effect }) => effect === 'now');
  const felt = live.flatMap(({ property, after }) => {
    const runs = guest.active[property];
    const before = runs === undefined ? undefined : propertyValue(kind, property, runs);
    const context = { option: property, before, after, options: new Map(Object.entries(guest.active)) };
    return findProperty(kind.properties, property)?.risk?.(context) ?? [];
  });
  const joined = joinsBootOrder(kind, wishes, guest);
  const moved = wishes.flatMap(({ option, disk: { move } }) =>
    move === undefined ? [] : moveRisks(kind, option, move, guest),
  );
  return [
    ...paths,
    ...moved,
    ...leaveRisks(kind, wishes, guest, snapshot),
    ...bootRisks(kind, wishes, guest),
    ...felt,
    ...(joined === undefined ? [] : [`PVE itself makes the boot order ${joined.replace('order=', '')}`]),
    ...(restarts === undefined ? [] : [`restarts ${restarts}: it is down until it has started again`]),
  ];
}

/** The boot order that PVE makes by itself where the spec says nothing of it. */
function joinsBootOrder(kind: GuestKind, wishes: readonly Wish[], guest: Guest): string | undefined {
  if (wishes.some(({ option }) => option === 'boot')) return undefined;
  return bootOrderMade(kind, wishes, guest);
}

/** What PVE makes of the boot order when these are set and removed; undefined: it stays. */
export function bootOrderMade(kind: GuestKind, wishes: readonly Wish[], guest: Guest): string | undefined {
  const changes = wishes.flatMap(({ disk }) => disk.change ?? []);
  const set = changes.flatMap(({ option, how, text }) =>
    how === 'set' && text !== undefined ? [[option, text]] : [],
  );
  const removed = changes.filter(({ how }) => how === 'remove').map(({ option }) => option);
  return kind.bootOrderAfter?.(guest.active['boot'], Object.fromEntries(set), removed);
}
