import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { HostPlace } from './task-specs.ts';

type Place = Omit<HostPlace, 'alone'>;

const places = new WeakMap<Survey, ReadonlyMap<string, Place>>();

/** Where a host of the inventory is among the nodes that answered. */
export function findPlace(survey: Survey, host: string): Place | undefined {
  const known = places.get(survey) ?? placesIn(survey);
  places.set(survey, known);
  return known.get(host);
}

function placesIn({ clusters }: Survey): ReadonlyMap<string, Place> {
  const found = new Map<string, Place>();
  for (const snapshot of clusters)
    for (const [node, state] of Object.entries(snapshot.nodes))
      if (!isUnknown(state) && !found.has(state.host))
        found.set(state.host, { host: state.host, snapshot, node });
  return found;
}
