import { positionAt } from '../../diagnostic.ts';
import type { Difference, PropertyValue } from '../../plan/plan.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Wanted } from '../module.ts';
import { namedOnly } from './option-values.ts';
import type { GuestKind } from './guest-kind.ts';
import type { DiskMove } from './move-disk.ts';
import { optionEffect } from './option-effect.ts';
import { propertyValue } from './read-guest.ts';
import type { Guest } from './read-guest.ts';
import { isPending, pendingDifferences } from './pending-differences.ts';
import type { Wish } from './wish.ts';

/** Option by option what is → what is wanted, and when the guest has it. */
export function updateDifferences(
  kind: GuestKind,
  wishes: readonly Wish[],
  power: 'running' | 'stopped' | undefined,
  wanted: Wanted,
  guest: Guest,
): readonly Difference[] {
  const found = wishes.flatMap(({ option, row, wanted: wish, disk }): Difference[] => {
    if (disk.change === undefined && disk.grow === undefined && disk.move === undefined) return [];
    if (row.shape === 'lines' && disk.change?.how !== 'lines') return [];
    const before = valueOf(kind, option, disk.change?.before ?? guest.effective[option]);
    const changed =
      disk.allocates !== undefined && typeof wish === 'object' && wish !== null
        ? namedOnly(wish)
        : valueOf(kind, option, disk.change === undefined ? guest.effective[option] : disk.change.after);
    const grown =
      disk.grow !== undefined && typeof changed === 'object' ? { ...changed, size: disk.grow.to } : changed;
    const after =
      disk.move !== undefined && typeof grown === 'object' ? movedTo(kind, grown, disk.move) : grown;
    const at = positionAt(wanted.positions, [option]);
    // What waits for a restart comes when the guest stops.
    const onlyMoves = disk.move !== undefined && disk.change === undefined;
    const atOnce = disk.change?.how === 'revert' || power === 'stopped' || onlyMoves;
    const effect = atOnce
      ? 'now'
      : optionEffect(row, option, guest, valueOf(kind, option, guest.active[option]), after);
    const whole: Difference = {
      property: option,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
      ...runsWith(kind, option, guest),
      effect,
      ...(at && { at }),
    };
    // It grows at once, whatever else of it waits.
    return effect === 'restart' && disk.grow !== undefined && typeof before === 'object'
      ? grownFirst(whole, { ...before, size: disk.grow.to })
      : [whole];
  });
  if (power === undefined || isUnknown(guest.power))
    return [...found, ...waitingFor(kind, wanted, found, guest)];
  const at = positionAt(wanted.positions, ['state']);
  return [
    ...found,
    { property: 'state', before: guest.power, after: power, effect: 'now', ...(at && { at }) },
  ];
}

function grownFirst(whole: Difference, larger: PropertyValue): Difference[] {
  const { runs: _, ...grows } = whole;
  return [
    { ...grows, after: larger, effect: 'now' },
    { ...whole, before: larger },
  ];
}

/** What is there already and waits for the restart that the spec allows. */
function waitingFor(
  kind: GuestKind,
  wanted: Wanted,
  found: readonly Difference[],
  guest: Guest,
): readonly Difference[] {
  if (wanted.words['restart'] !== 'if-needed') return [];
  return pendingDifferences(kind, guest).filter(
    ({ property }) =>
      wanted.options[property] !== undefined && !found.some((other) => other.property === property),
  );
}

/** PVE names the new volume; where it is is known. */
function movedTo(
  kind: GuestKind,
  value: Readonly<Record<string, string>>,
  { storage, format }: DiskMove,
): Readonly<Record<string, string>> {
  return { ...value, [kind.volumeKey]: `${storage}:…${format === undefined ? '' : `.${format}`}` };
}

function valueOf(kind: GuestKind, option: string, text: string | undefined): PropertyValue | undefined {
  return text === undefined ? undefined : propertyValue(kind, option, text);
}

/** What it runs with, where what counts as its value waits for a restart. */
function runsWith(kind: GuestKind, option: string, guest: Guest): Pick<Difference, 'runs'> {
  if (guest.power === 'stopped' || !isPending(guest, option)) return {};
  return { runs: valueOf(kind, option, guest.active[option]) ?? null };
}
