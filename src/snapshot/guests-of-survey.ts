import { wasLeftOut } from './assemble.ts';
import type { ClusterGuest } from './selectable-guests.ts';
import { selectableGuests } from './selectable-guests.ts';
import { isUnknown } from './snapshot.ts';
import type { Survey } from './survey.ts';

/** All guests that a selector may mean: of every cluster, but for those on hosts that the command leaves out. */
export function guestsOfSurvey({ clusters }: Survey): readonly ClusterGuest[] {
  return clusters.flatMap(selectableGuests).filter((guest) => !isLeftOut(guest));
}

function isLeftOut({ snapshot, node }: ClusterGuest): boolean {
  const state = snapshot.nodes[node];
  return state !== undefined && isUnknown(state) && wasLeftOut(state);
}
