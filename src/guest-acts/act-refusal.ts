import type { Diagnostic } from '../diagnostic.ts';
import { fail } from '../diagnostic.ts';
import type { Result } from '../diagnostic.ts';
import { refusal } from '../modules/guest/check-place.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { ActArguments, Asked } from './act.ts';
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

/** A sign of a guest that is not started would never come. */
export function unstartedRefusals(wanted: Asked['wanted'], args: ActArguments): Diagnostic[] {
  if (args['wait_for'] === undefined || args['start'] === '1') return [];
  return [
    refusal(
      wanted,
      ['wait_for'],
      'guest/not-started',
      `${args['wait_for']} is waited for, and the guest is not started then; "start" is wanted`,
      'Say "start: yes" (--start), or leave "wait_for" out.',
    ),
  ];
}

/** A sign that can't come: only its agent tells a VM's addresses, and LXC has none (demand 12). */
export function signRefusals({ guest, wanted, args: { wait_for: sign } }: Asked): Diagnostic[] {
  if (sign === undefined) return [];
  if (guest.type === 'container')
    return sign === 'agent'
      ? [
          refusal(
            wanted,
            ['wait_for'],
            'guest/no-agent',
            'a container has no guest agent to wait for',
            'Wait for ip or ssh.',
          ),
        ]
      : [];
  if (/(?:^|,)(?:enabled=)?(?:1|on|yes|true)(?:,|$)/iu.test(guest.options['agent'] ?? '')) return [];
  return [
    refusal(
      wanted,
      ['wait_for'],
      'guest/no-agent',
      `its guest agent is not enabled, and only that tells ${sign === 'agent' ? 'that it is up' : 'its addresses'}`,
      `Install qemu-guest-agent in it, and: qm set ${guest.vmid} --agent 1`,
    ),
  ];
}

/** Why its power can't be changed: it is a template, or nobody knows whether it runs; or why what is waited for can't come. */
export function powerRefusals(asked: Asked): Diagnostic[] {
  const { guest, wanted } = asked;
  const found = signRefusals(asked);
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
