import type { Machine } from '../../machine.ts';
import { Failure } from '../failure.ts';
import type { Session } from '../session.ts';
import { withFileLock } from './file-lock.ts';
import { printSections, readSections, type ConfigSection } from './section-file.ts';

/** Jobs that run by a schedule, of every type. */
const JOBS = '/etc/pve/jobs.cfg';

/** What a job of each type must be given. */
export const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  vzdump: ['schedule'],
  'realm-sync': ['realm', 'schedule', 'scope'],
};

/** The jobs, as they are written down. */
export function readJobs({ files }: Machine): ConfigSection[] {
  return readSections(files.read(JOBS) ?? '');
}

/** Changes jobs.cfg under its lock; what is refused there loses its usage line (PVE::Cluster::cfs_lock). Throws Failure. */
export async function changeJobs(
  session: Session,
  change: (jobs: ConfigSection[]) => readonly ConfigSection[],
): Promise<void> {
  const { machine } = session;
  await withFileLock(session, 'jobs_cfg', () => {
    try {
      machine.files.write(
        JOBS,
        printSections(change(readJobs(machine)), (type) => REQUIRED[type] ?? []),
      );
    } catch (thrown) {
      throw thrown instanceof Failure ? new Failure(thrown.text) : thrown;
    }
  });
}
