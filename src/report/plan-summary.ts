import type { Plan } from '../plan/plan.ts';
import { summarize } from '../plan/summarize.ts';

/** The last line of a plan; `declared` resources were compared. */
export function summaryLine(plans: readonly Plan[], declared: number): string {
  const { add, change, destroy, restart } = summarize(plans);
  if (plans.every(({ changes }) => changes.length === 0)) {
    return declared === 1
      ? 'Nothing to do: 1 resource is as declared.'
      : `Nothing to do: ${declared} resources are as declared.`;
  }
  return `Plan: ${add} to add, ${change} to change, ${destroy} to destroy; ${restart} ${restart === 1 ? 'needs' : 'need'} a restart.`;
}
