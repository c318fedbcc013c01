import { die } from '../failure.ts';
import type { Session } from '../session.ts';

/** Runs while holding pmxcfs's lock of a shared file, such as `jobs_cfg` (PVE::Cluster::cfs_lock_file). Throws Failure without quorum. */
export async function withFileLock(session: Session, name: string, act: () => void): Promise<void> {
  const { machine } = session;
  if (!machine.cluster.quorate()) {
    for (let second = 0; second < 9; second += 1) {
      session.warn(`trying to acquire cfs lock 'file-${name}' ...\n`);
      await machine.sleep(1, session.input.signal);
    }
    die(`cfs-lock 'file-${name}' error: no quorum!`);
  }
  const release = await machine.cluster.locks.take(`file-${name}`, 10, session.input.signal);
  if (release === undefined) die(`cfs-lock 'file-${name}' error: got lock request timeout`);
  try {
    act();
  } finally {
    release();
  }
}
