import { address } from '../../address.ts';
import type { Effect } from '../../plan/plan.ts';
import type { WantedValue } from '../module.ts';
import type { Target } from './power-step.ts';

/** That a side setting is so after a step. */
export function sideEffect({ kind, vmid, node, cluster }: Target, name: string, change: WantedValue): Effect {
  return {
    brings: 'options',
    address: address(kind.kind, vmid, cluster),
    node,
    created: false,
    set: change === null ? {} : { [name]: change },
    remove: change === null ? [name] : [],
    revert: [],
  };
}
