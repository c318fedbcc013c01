import type { Diagnostic } from '../diagnostic.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Spec } from '../spec.ts';

export interface PlannedAround {
  readonly plans: readonly Plan[];
  readonly warnings: readonly Diagnostic[];
  /** Why each host that declared a refused spec fails. */
  readonly refused: ReadonlyMap<string, readonly Diagnostic[]>;
}

/** Plans a task's specs. A host with a refused spec fails as a whole, so it is planned again without all that it declared. */
export function planAround(survey: Survey, specs: readonly Spec[], allowDestroy: boolean): PlannedAround {
  const refused = new Map<string, readonly Diagnostic[]>();
  for (;;) {
    const planned = makePlan(
      survey,
      specs.filter((spec) => !refused.has(spec.declaredBy)),
      { allowDestroy },
    );
    if (planned.refusals.length === 0) return { plans: planned.plans, warnings: planned.warnings, refused };
    for (const { spec, diagnostics } of planned.refusals) {
      refused.set(spec.declaredBy, [...(refused.get(spec.declaredBy) ?? []), ...diagnostics]);
    }
  }
}
