import type { Difference } from '../plan/plan.ts';
import type { ActedGuest } from './acted-guest.ts';
import { isUnknown } from '../snapshot/snapshot.ts';

/** A guest's power, before → after. */
export function becomes({ power }: Pick<ActedGuest, 'power'>, after: 'running' | 'stopped'): Difference {
  return { property: 'state', ...(!isUnknown(power) && { before: power }), after, effect: 'now' };
}
