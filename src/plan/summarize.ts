import type { Change, Plan } from './plan.ts';

/** What the last line of a plan counts, and what brakes hold back. */
export interface PlanSummary {
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
  /** Changes that take effect only after the guest's restart. */
  readonly restart: number;
}

export function summarize(plans: readonly Plan[]): PlanSummary {
  const changes = plans.flatMap((plan) => plan.changes);
  const count = (test: (change: Change) => boolean): number => changes.filter(test).length;
  return {
    add: count(({ action }) => action === 'create'),
    change: count(({ action, waits }) => action === 'update' && waits !== true),
    destroy: count(({ action }) => action === 'delete'),
    restart: count(({ differences }) => differences.some(({ effect }) => effect === 'restart')),
  };
}
