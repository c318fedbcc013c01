import type { WantedValue } from '../module.ts';
import { findProperty } from '../property.ts';
import { allocationText } from './disk-change.ts';
import type { GuestKind } from './guest-kind.ts';
import { wantedText } from './option-change.ts';
import { decodeKeys } from './public-keys.ts';

type Wishes = Readonly<Record<string, WantedValue>>;

/** The wishes that the call that makes a guest carries. */
export function madeWith(kind: GuestKind, wishes: Wishes): Wishes {
  return Object.fromEntries(
    Object.entries(wishes).filter(([option]) => {
      const shape = findProperty(kind.properties, option)?.shape;
      return shape !== 'lines' && shape !== 'secret';
    }),
  );
}

/** What an effect says of the wishes; options that are removed stand apart there. */
export function setValues(wishes: Wishes): Readonly<Record<string, NonNullable<WantedValue>>> {
  return Object.fromEntries(
    Object.entries(wishes).flatMap(([option, wish]) => (wish === null ? [] : [[option, wish]])),
  );
}

/** Without the size of disks that are imported: they have their image's until they grow. */
export function asImported(wishes: Wishes): Wishes {
  return Object.fromEntries(
    Object.entries(wishes).map(([option, wish]) => {
      if (typeof wish !== 'object' || wish === null || typeof wish['import-from'] !== 'string')
        return [option, wish];
      const { size: _size, ...rest } = wish;
      return [option, rest];
    }),
  );
}

/** The texts of the options in the call that makes a guest. */
export function optionTexts(kind: GuestKind, wishes: Wishes): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [option, wish] of Object.entries(madeWith(kind, wishes))) {
    if (wish === null) continue;
    const disk = findProperty(kind.properties, option)?.shape === 'disk' && typeof wish === 'object';
    const text = disk ? allocationText(kind, option, wish) : textOf(kind, option, wish);
    if (text !== undefined) texts[option] = text;
  }
  return texts;
}

function textOf(kind: GuestKind, option: string, wish: NonNullable<WantedValue>): string | undefined {
  const row = findProperty(kind.properties, option);
  // What PVE keeps is URL-encoded; what goes into the guest is not.
  if (row?.shape === 'keys' && row.transient === true && typeof wish === 'string')
    return `${decodeKeys(wish).join('\n')}\n`;
  return wantedText(kind, option, undefined, wish);
}

/** The text of an option as people read it. */
export const shownText = (kind: GuestKind, option: string, wish: string): string =>
  findProperty(kind.properties, option)?.shape === 'keys' ? decodeKeys(wish).join('\n') : wish;

/** The sub-properties that a wish names, without those that it removes. */
export function namedOnly(wish: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(wish).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  );
}
