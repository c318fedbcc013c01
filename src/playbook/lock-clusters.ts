import type { Taken } from '../apply/cluster-locks.ts';
import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
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

/**
 * The same for one cluster in which a host is about to change something; hosts that come at once wait for one and the
 * same lock. Once taken it is kept.
 */
export async function lockFor(run: Run, cluster: string): Promise<Result<void>> {
  const taking = run.locking.get(cluster) ?? lockClusters(run, [cluster]);
  run.locking.set(cluster, taking);
  const { refused, waited } = await taking;
  if (refused.length > 0) {
    run.locking.delete(cluster);
    return fail(...refused);
  }
  if (waited) run.known.touch('', 'anything');
  return ok(undefined);
}

/** Without quorum, and for who can't read it, it has no lock and takes no change; a command may be what mends it. */
function hasLock({ quorate, files }: Snapshot): boolean {
  return quorate !== false && !isUnknown(files);
}
