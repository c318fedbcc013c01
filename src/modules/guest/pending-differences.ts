import type { Difference } from '../../plan/plan.ts';
import { sameValue } from '../../pve/normal-form.ts';
import { optionSchema } from '../../pve/option-schema.ts';
import type { GuestKind } from './guest-kind.ts';
import type { Guest } from './read-guest.ts';
import { propertyValue } from './read-guest.ts';

/** Options of a guest whose value waits for its restart: what runs → what will be. A stopped guest waits for nothing. */
export function pendingDifferences(kind: GuestKind, guest: Guest): readonly Difference[] {
  if (guest.power === 'stopped') return [];
  const options = [...new Set([...Object.keys(guest.pending.set), ...guest.pending.remove])];
  return options.flatMap((option): readonly Difference[] => {
    const runs = guest.active[option];
    const waits = guest.effective[option];
    const schema = optionSchema(kind.kind, option);
    if (runs === waits || (schema !== undefined && sameValue(schema, runs, waits))) return [];
    return [
      {
        property: option,
        ...(runs !== undefined && { before: propertyValue(kind, option, runs) }),
        ...(waits !== undefined && { after: propertyValue(kind, option, waits) }),
        effect: 'restart',
      },
    ];
  });
}

/** Whether a change of the option waits for a restart. */
export const isPending = ({ pending }: Guest, option: string): boolean =>
  pending.set[option] !== undefined || pending.remove.includes(option);
