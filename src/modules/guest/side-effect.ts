import { address } from '../../address.ts';
import type { Effect } from '../../plan/plan.ts';
import type { Target } from './power-step.ts';

/** That a side setting is so after a step. */
export function sideEffect(
  { kind, vmid, node, cluster }: Target,
  name: string,
  value: string | null,
): Effect {
  return {
    brings: 'options',
    address: address(kind.kind, vmid, cluster),
    node,
    created: false,
    set: value === null ? {} : { [name]: value },
    remove: value === null ? [name] : [],
    revert: [],
  };
}
