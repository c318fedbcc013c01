import type { Effect } from '../../plan/plan.ts';
import type { WantedValue } from '../module.ts';
import { optionsEffect } from './options-effect.ts';
import type { Target } from './power-step.ts';

/** That a side setting is so after a step. */
export function sideEffect(target: Target, name: string, change: WantedValue): Effect {
  return optionsEffect(target, change === null ? { remove: [name] } : { set: { [name]: change } });
}
