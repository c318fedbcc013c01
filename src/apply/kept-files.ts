import { planFiles } from '../plan/plan-files.ts';
import type { Plan } from '../plan/plan.ts';
import { withoutHashes } from '../pve/secret-lines.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Event } from './event.ts';

/** The files that plans are about as a survey has them, for the journal: who undoes the plan, by hand or not, needs them. */
export function keptFiles(
  plans: readonly Plan[],
  { clusters }: Survey,
  when: 'before' | 'after',
): readonly Event[] {
  return plans.flatMap((plan): readonly Event[] => {
    const files = clusters.find(({ cluster }) => cluster === plan.cluster)?.files;
    if (files === undefined || isUnknown(files)) return [];
    const kept = planFiles(plan).map((path) => {
      const text = files[path];
      return [path, text === undefined ? null : withoutHashes(text)] as const;
    });
    return [{ type: 'files-kept', when, cluster: plan.cluster, files: Object.fromEntries(kept) }];
  });
}
