import type { Change, Plan } from '../plan/plan.ts';

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
    change: count(({ action }) => action === 'update'),
    destroy: count(({ action }) => action === 'delete'),
    restart: count(({ differences }) => differences.some(({ effect }) => effect === 'restart')),
  };
}

/** The last line of a plan; `declared` resources were compared. */
export function summaryLine(plans: readonly Plan[], declared: number): string {
  const { add, change, destroy, restart } = summarize(plans);
  if (add + change + destroy === 0) {
    return declared === 1
      ? 'Nothing to do: 1 resource is as declared.'
      : `Nothing to do: ${declared} resources are as declared.`;
  }
  return `Plan: ${add} to add, ${change} to change, ${destroy} to destroy; ${restart} ${restart === 1 ? 'needs' : 'need'} a restart.`;
}
