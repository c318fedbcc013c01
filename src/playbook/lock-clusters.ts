import type { Taken } from '../apply/cluster-locks.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Run } from './run-state.ts';

/** Takes the locks of clusters that a task is about to change; reads the nodes again when another run was waited for. */
export async function lockClusters(run: Run, clusters: readonly string[]): Promise<Taken> {
  const changed = run.survey.clusters.filter(
    (snapshot) => clusters.includes(snapshot.cluster) && hasLock(snapshot),
  );
  if (changed.length === 0) return { refused: [], waited: false };
  const taken = await run.options.locks.take(changed);
  if (taken.waited && taken.refused.length === 0) run.survey = await run.options.resurvey();
  return taken;
}

/** Without quorum, and for who can't read it, it has no lock and takes no change; a command may be what mends it. */
function hasLock({ quorate, files }: Snapshot): boolean {
  return quorate !== false && !isUnknown(files);
}
