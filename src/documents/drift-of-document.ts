import type { Diagnostic } from '../diagnostic.ts';
import { findModule } from '../modules/registry.ts';
import type { Declared, Drift } from '../plan/drift.ts';
import { findDrift } from '../plan/drift.ts';
import type { Refusal } from '../plan/make-plan.ts';
import type { DocumentPlan } from './plan-document.ts';
import { specAddress } from './spec-address.ts';

/** A document held against the fleet, for reports. */
export interface DriftReport extends Drift {
  /** What was compared or should have been, in the document's order. */
  readonly declared: readonly Declared[];
  /** Of those, how many could be compared. */
  readonly compared: number;
  /** Differs, and could not be brought back: PVE or a rule of ours is against it. */
  readonly refusals: readonly Refusal[];
  /** Not compared: their node gave no answer. */
  readonly unanswered: readonly Refusal[];
  /** Not compared: their node was not to be asked. */
  readonly notAsked: readonly Refusal[];
  readonly warnings: readonly Diagnostic[];
  readonly unreachable: readonly Diagnostic[];
}

export function driftOfDocument(plan: DocumentPlan, withUndeclared: boolean): DriftReport {
  const declared = plan.specs.map((spec): Declared => {
    const parsed = findModule(spec.kind)?.parse(spec, spec.cluster ?? '');
    const options = parsed?.ok === true ? Object.keys(parsed.value.options) : [];
    return { address: specAddress(spec), options: new Set(options) };
  });
  return {
    ...findDrift(
      plan.survey,
      plan.plans,
      declared,
      withUndeclared ? plan.declared.map(specAddress) : undefined,
    ),
    declared,
    compared: plan.compared,
    refusals: plan.refusals,
    unanswered: plan.unanswered ?? [],
    notAsked: plan.notAsked ?? [],
    warnings: plan.warnings,
    unreachable: plan.survey.unreachable,
  };
}

/** Whether there is anything that was looked for. */
export function hasDrift({ different, undeclared }: Drift): boolean {
  return different.length + undeclared.length > 0;
}
