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
  if (taken.waited && taken.refused.length === 0) {
    run.known.touch('', 'anything');
    run.survey = await run.options.resurvey();
  }
  return taken;
}

/** A lock that is held since that moment of the run's knowledge, or why it is not. */
export type Locked = Result<number>;

/**
 * The same for one cluster in which a host is about to change something; hosts that come at once wait for one and the
 * same lock. Once taken it is kept.
 */
export async function lockFor(run: Run, cluster: string): Promise<Locked> {
  const taking = run.locking.get(cluster) ?? takeLock(run, cluster);
  run.locking.set(cluster, taking);
  const locked = await taking;
  if (!locked.ok) run.locking.delete(cluster);
  return locked;
}

async function takeLock(run: Run, cluster: string): Promise<Locked> {
  const { refused } = await lockClusters(run, [cluster]);
  return refused.length > 0 ? fail(...refused) : ok(run.known.moment());
}

/** Without quorum, and for who can't read it, it has no lock and takes no change; a command may be what mends it. */
function hasLock({ quorate, files }: Snapshot): boolean {
  return quorate !== false && !isUnknown(files);
}
