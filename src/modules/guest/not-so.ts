import { formatAddress } from '../../address.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import type { Effect } from '../../plan/plan.ts';

/** A step's command ended well, and its effect is not there when it is read again. */
export function notSo(effect: Effect, what: string): Diagnostic {
  return {
    code: 'apply/not-so',
    severity: 'error',
    trouble: 'failed',
    message: `Cannot confirm ${formatAddress(effect.address)}: the command ended, but ${what}`,
    hint: `Look at the guest and its task log on ${effect.node}; plan again shows what is left.`,
  };
}
