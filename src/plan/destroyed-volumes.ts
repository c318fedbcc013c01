import type { Plan } from './plan.ts';

/** Disks that plans destroy while their guests stay: unused ones, and old copies of those that are moved. */
export function destroyedVolumes(plans: readonly Plan[]): readonly string[] {
  return plans.flatMap(({ changes }) =>
    changes.flatMap(({ steps }) =>
      steps.flatMap(({ effects }) =>
        effects.flatMap((effect) => (effect.brings === 'options' ? (effect.destroys ?? []) : [])),
      ),
    ),
  );
}
