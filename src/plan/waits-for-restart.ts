import { formatAddress } from '../address.ts';
import type { Change } from './plan.ts';

/** A guest that has some of its options only after a restart. */
export interface WaitsForRestart {
  readonly address: string;
  readonly options: readonly string[];
}

/** What of a change the guest has only after a restart that the change itself does not do. */
export function waitsForRestart({ address, differences, steps }: Change): WaitsForRestart | undefined {
  const options = differences.filter(({ effect }) => effect === 'restart').map(({ property }) => property);
  const starts = steps.some(({ effects }) =>
    effects.some((effect) => effect.brings === 'power' && effect.is === 'running'),
  );
  return options.length === 0 || starts ? undefined : { address: formatAddress(address), options };
}
