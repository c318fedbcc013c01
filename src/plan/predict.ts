import { findModule } from '../modules/registry.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Plan } from './plan.ts';

/** The survey as it would be once the plans were applied: what check mode shows the next task. */
export function predict(survey: Survey, plans: readonly Plan[]): Survey {
  const clusters = survey.clusters.map((snapshot) =>
    plans.filter(({ cluster }) => cluster === snapshot.cluster).reduce(predictPlan, snapshot),
  );
  return { ...survey, clusters };
}

function predictPlan(snapshot: Snapshot, plan: Plan): Snapshot {
  const effects = plan.changes.flatMap(({ steps }) => steps).flatMap((step) => step.effects);
  return effects.reduce(
    (before, effect) => findModule(effect.address.kind)?.predict(before, effect) ?? before,
    snapshot,
  );
}
