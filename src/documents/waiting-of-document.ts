import type { Waiting } from '../plan/waiting.ts';
import { byAddress, waitingOf } from '../plan/waiting.ts';
import type { DocumentPlan } from './plan-document.ts';
import { specAddress } from './spec-address.ts';

/** What of the declared resources waits for a restart, named or not, and is left so by the plan. */
export function waitingOfDocument({ survey, plans, specs }: DocumentPlan): readonly Waiting[] {
  const changes = byAddress(plans.flatMap((plan) => plan.changes));
  return specs.flatMap((spec) => waitingOf(survey, specAddress(spec), changes) ?? []);
}
