import { sameAsLastSet } from '../../plan/known-secrets.ts';
import { secretName } from '../../plan/secrets.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { PlanOptions, Wanted, WantedValue } from '../module.ts';
import type { Property } from '../property.ts';
import { findProperty } from '../property.ts';
import { diskChange } from './disk-change.ts';
import type { DiskChange } from './disk-change.ts';
import type { GuestKind } from './guest-kind.ts';
import { optionChange } from './option-change.ts';
import { isPending } from './pending-differences.ts';
import type { Guest } from './read-guest.ts';
import { SECRET, sameSecret } from './secret-option.ts';
import { tagsAsKept } from './tag-list.ts';

/** What is to be done to one named option. */
export interface Wish {
  readonly option: string;
  readonly row: Property;
  readonly wanted: WantedValue;
  readonly disk: DiskChange;
  /** It is a secret that is set and can't be compared with what PVE keeps; with the one that a run of ours set last it is. */
  readonly lastSet?: 'same' | 'different' | 'unknown';
}

type SecretOptions = Pick<PlanOptions, 'rotateSecrets' | 'knownSecrets'>;

/** The options that a spec names, each with what is to be done to it. */
export function wishesOf(
  kind: GuestKind,
  wanted: Wanted,
  guest: Guest,
  snapshot: Snapshot,
  options: SecretOptions,
): readonly Wish[] {
  return Object.entries(tagsAsKept(kind, wanted.options, guest.tellsTagCase)).flatMap(
    ([option, wish]): Wish[] => {
      const row = findProperty(kind.properties, option);
      if (row === undefined) return [];
      const whole = { option, row, wanted: wish };
      if (row.shape === 'disk') return [{ ...whole, disk: diskChange(kind, row, option, wish, guest) }];
      if (row.shape === 'secret' && wish !== null)
        return [secretWish(whole, wanted, guest, snapshot, options)];
      const change = optionChange(kind, row, option, wish, guest);
      const stale = change?.how === 'lines' && isPending(guest, option);
      return [
        { ...whole, disk: { refusals: [], ...(change && { change }) } },
        // What waits would take the place of the lines.
        ...(stale
          ? [{ ...whole, disk: { refusals: [], change: { ...change, how: 'revert' as const } } }]
          : []),
      ];
    },
  );
}

/**
 * A secret is set when there is none, or another one (pitfalls 11). One that can't be compared is compared with the one that
 * a run of ours set last, and else set only with --rotate-secrets.
 */
function secretWish(
  whole: Omit<Wish, 'disk'>,
  wanted: Wanted,
  guest: Guest,
  snapshot: Snapshot,
  { rotateSecrets = false, knownSecrets }: SecretOptions,
): Wish {
  const { option, row } = whole;
  const value = wanted.secrets[option] ?? '';
  const lastSet = sameAsLastSet(knownSecrets, secretName(wanted.address, option), value);
  if (row.transient === true) return { ...whole, disk: { refusals: [] }, lastSet };
  const before = guest.effective[option];
  const is = before === undefined ? 'different' : sameSecret(snapshot, before, value);
  if (is === 'same') return { ...whole, disk: { refusals: [] } };
  if (is === 'unknown' && lastSet !== 'different' && !rotateSecrets)
    return { ...whole, disk: { refusals: [] }, lastSet };
  const shown = before === undefined ? undefined : SECRET;
  return {
    ...whole,
    disk: { refusals: [], change: { option, how: 'set', text: SECRET, before: shown, after: SECRET } },
  };
}
