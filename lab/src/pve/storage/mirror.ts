import { die } from '../failure.ts';
import type { Session } from '../session.ts';
import { moveBytes, transferred } from './progress.ts';

/** Block jobs of a running VM that copy its disks; PVE ends all of them at once (PVE/QemuServer/BlockJob.pm). */
export interface Mirrors {
  /** Copies a disk until the copy follows each write. Throws Failure. */
  readonly follow: (drive: string, bytes: number) => Promise<void>;
  /** The VM goes on with the copies. */
  readonly complete: () => void;
  /**
   * The copies are another guest's: the VM's file systems are frozen while they are cut off, or the VM stands still for the reason
   * given.
   */
  readonly cancel: (freezeRefusal: string | undefined) => void;
}

/** No jobs yet. */
export function mirrors(session: Session): Mirrors {
  const jobs: string[] = [];
  const { print } = session;
  return {
    follow: async (drive, bytes) => {
      if (session.machine.traits.qemuLacks.has('mirror'))
        die(`drive-${drive}: throttle node without file child node name!`);
      const job = `mirror-${drive}`;
      jobs.push(job);
      const say = (done: number, seconds: number, end = ''): void =>
        print(`${job}: ${transferred(done, bytes)} in ${Math.trunc(seconds)}s${end}\n`);
      print(`drive mirror is starting for drive-${drive}\n`);
      say(0, 0);
      const seconds = await moveBytes(session, bytes, 1, say);
      say(bytes, Math.max(1, seconds), ', ready');
      print("all 'mirror' jobs are ready\n");
    },
    complete: () => {
      for (const job of jobs) print(`${job}: Completing block job...\n${job}: Completed successfully.\n`);
      for (const job of jobs) print(`${job}: mirror-job finished\n`);
      jobs.length = 0;
    },
    cancel: (freezeRefusal) => {
      if (jobs.length === 0) return;
      print(
        freezeRefusal === undefined
          ? "issuing guest agent 'guest-fsfreeze-freeze' command\n"
          : `${freezeRefusal}\nsuspend vm\n`,
      );
      for (const job of jobs) print(`${job}: Cancelling block job\n`);
      for (const job of jobs) print(`${job}: Done.\n`);
      print(
        freezeRefusal === undefined ? "issuing guest agent 'guest-fsfreeze-thaw' command\n" : 'resume vm\n',
      );
      jobs.length = 0;
    },
  };
}
