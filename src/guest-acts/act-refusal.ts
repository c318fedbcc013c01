import type { Diagnostic } from '../diagnostic.ts';
import { fail } from '../diagnostic.ts';
import type { Result } from '../diagnostic.ts';
import { refusal } from '../modules/guest/check-place.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Asked } from './act.ts';
import { labelOf } from './acted-guest.ts';

/** An act that is refused, at the argument that is the reason ("" for the whole of it). */
export function refuse(
  { wanted }: Pick<Asked, 'wanted'>,
  argument: string,
  code: string,
  what: string,
  hint?: string,
): Result<never> {
  return fail(refusal(wanted, argument === '' ? [] : [argument], code, what, hint));
}

/** Why its power can't be changed: it is a template, or nobody knows whether it runs. */
export function powerRefusals({ guest, wanted }: Asked): Diagnostic[] {
  const found: Diagnostic[] = [];
  if (isUnknown(guest.power))
    found.push(
      refusal(
        wanted,
        [],
        'guest/power-unknown',
        `whether it runs is not known, as ${guest.power.unknown}`,
        'Mend the node and plan again.',
      ),
    );
  if (isTemplate(guest.options['template']))
    found.push(
      refusal(
        wanted,
        [],
        'guest/template',
        'it is a template, and templates do not run',
        `Make a ${labelOf(guest)} of it: pvefleet clone ${guest.vmid} --newid VMID`,
      ),
    );
  if (guest.ha?.is === 'error')
    found.push(
      refusal(
        wanted,
        [],
        'guest/ha-error',
        'HA has it in the state "error" and leaves it alone',
        `Mend what is wrong, then: ha-manager set ${guest.ha.sid} --state disabled, and plan again.`,
      ),
    );
  return found;
}

export function isTemplate(text: string | undefined): boolean {
  return text !== undefined && /^(?:1|on|yes|true)$/iu.test(text);
}
