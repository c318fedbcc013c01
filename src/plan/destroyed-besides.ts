import { formatAddress } from '../address.ts';
import type { Plan } from './plan.ts';

/** What plans destroy beside the guests that they remove: unused disks, old copies of those that are moved, guests in whose place an archive is put. */
export function destroyedBesides(plans: readonly Plan[]): readonly string[] {
  return plans.flatMap(({ changes }) =>
    changes.flatMap(({ steps }) =>
      steps.flatMap(({ effects }) =>
        effects.flatMap((effect): readonly string[] => {
          if (effect.brings === 'options') return effect.destroys ?? [];
          return effect.brings === 'restore' && effect.replaces === true
            ? [formatAddress(effect.address)]
            : [];
        }),
      ),
    ),
  );
}
