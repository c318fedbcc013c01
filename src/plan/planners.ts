import { guestActs } from '../guest-acts/registry.ts';
import { actPlanner } from '../guest-acts/act-planner.ts';
import { restorePlanner } from '../guest-acts/restore.ts';
import { modules } from '../modules/registry.ts';
import type { Planner } from './planner.ts';
import { resourcePlanner } from './planner.ts';

/** All that a spec may ask for: resources to be as declared, and acts on guests to be done. */
export const planners: readonly Planner[] = [
  ...modules.map(resourcePlanner),
  ...guestActs.map(actPlanner),
  restorePlanner,
];

/** Their names, as tasks use them. */
export const plannerKinds: readonly string[] = planners.map(({ kind }) => kind);

export function findPlanner(kind: string): Planner | undefined {
  return planners.find((planner) => planner.kind === kind);
}
