import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Planned } from '../plan/make-plan.ts';
import { makePlan } from '../plan/make-plan.ts';
import { leftOutWarnings, sortRefusals } from '../playbook/unanswered.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Spec } from '../spec.ts';
import { placeSpecs } from './place-specs.ts';

/** A document compared with what a survey found. */
export interface DocumentPlan extends Planned {
  readonly survey: Survey;
  /** Resources that could be compared. */
  readonly compared: number;
}

/**
 * Refused as a whole when nobody answered, or when it can't be told what a resource is meant for.
 * What can't be planned only because its node did not answer is left out with a warning.
 */
export function planDocument(
  specs: readonly Spec[],
  survey: Survey,
  options: { readonly allowDestroy: boolean },
): Result<DocumentPlan> {
  if (survey.clusters.length === 0 && survey.unreachable.length > 0) return fail(...survey.unreachable);
  const placed = placeSpecs(specs, survey);
  if (!placed.ok) return placed;
  const planned = makePlan(survey, placed.value, options);
  const silentHosts = survey.unreachable.flatMap(({ host }) => host ?? []);
  const { unanswered, refusals } = sortRefusals(survey, planned, silentHosts);
  const warnings = [...placed.warnings, ...planned.warnings, ...leftOutWarnings(unanswered)];
  const compared = placed.value.length - planned.refusals.length;
  return ok({ plans: planned.plans, refusals, warnings, survey, compared });
}

/** Why some of it can't be planned: hosts that did not answer, then refused resources. */
export function troubleOf({ survey, refusals }: DocumentPlan): readonly Diagnostic[] {
  return [...survey.unreachable, ...refusals.flatMap(({ diagnostics }) => diagnostics)];
}
