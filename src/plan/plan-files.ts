import { findModule } from '../modules/registry.ts';
import type { Plan } from './plan.ts';

/** The files that a plan was computed from or that its steps write; one that is to be made may not be there yet. */
export function planFiles({ changes }: Plan): readonly string[] {
  const effects = changes.flatMap(({ steps }) => steps).flatMap((step) => step.effects);
  return [
    ...new Set([
      ...changes.flatMap(({ digests }) => Object.keys(digests)),
      ...effects.flatMap((effect) => findModule(effect.address.kind)?.touches(effect) ?? []),
    ]),
  ];
}
