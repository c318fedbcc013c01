import { address } from '../../address.ts';
import type { Effect } from '../../plan/plan.ts';
import type { GuestAt } from './power-step.ts';

type OptionsEffect = Extract<Effect, { brings: 'options' }>;

/** What a step does to options of a guest that is there; what is left out of `changes` it does not. */
export function optionsEffect(
  { kind, vmid, node, cluster }: GuestAt,
  changes: Partial<Pick<OptionsEffect, 'set' | 'remove' | 'revert' | 'keeps' | 'destroys'>>,
): Effect {
  return {
    brings: 'options',
    address: address(kind.kind, vmid, cluster),
    node,
    created: false,
    set: {},
    remove: [],
    revert: [],
    ...changes,
  };
}
