import type { Diagnostic } from '../../diagnostic.ts';
import type { Wanted } from '../module.ts';
import { refusal } from './check-place.ts';
import type { GuestKind } from './guest-kind.ts';
import type { Wish } from './wish.ts';

/** What is to be known of a secret that PVE does not let be compared, and that is left as it is. */
export function secretWarnings(
  kind: GuestKind,
  wanted: Wanted,
  { option, row, lastSet }: Wish,
): readonly Diagnostic[] {
  if (lastSet === undefined) return [];
  const warn = (code: string, what: string, hint?: string): readonly Diagnostic[] => [
    { ...refusal(wanted, [option], code, what, hint), severity: 'warning' },
  ];
  if (row.transient === true)
    return lastSet === 'different'
      ? warn(
          'guest/secret-of-birth',
          `${option} is not the one that it was made with; PVE sets it only when a ${kind.label} is made, and it is left as it is`,
          `By hand: ${kind.command} enter ${wanted.address.name}, then passwd`,
        )
      : [];
  return lastSet === 'same'
    ? warn(
        'guest/secret-as-set-last',
        `${option} is set, and what it is can't be compared; the declared one is what pvefleet set last, and it is left as it is`,
      )
    : warn(
        'guest/secret-not-compared',
        `${option} is set, and whether it is the declared one can't be told; it is left as it is`,
        'To have it set again: --rotate-secrets',
      );
}
