import type { ClusterLocks } from '../apply/cluster-locks.ts';
import { createClusterLocks } from '../apply/cluster-locks.ts';
import type { Exec } from '../apply/exec.ts';
import { shJoin } from '../text/sh-quote.ts';
import { callerName, callerOf, recordedArgv } from './caller.ts';
import type { CliContext } from './command.ts';
import type { lockFlags } from './flags.ts';

type LockContext = Pick<
  CliContext<typeof lockFlags>,
  'flags' | 'env' | 'stderr' | 'mask' | 'signal' | 'leave'
>;

/** The cluster locks of a run, taken in the name of whoever gave the command; from `continues` they are taken over. */
export function locksOfRun(
  run: string,
  exec: Exec,
  { flags, env, stderr, mask, signal, leave }: LockContext,
  continues: readonly string[] = [],
): ClusterLocks {
  return createClusterLocks({
    holder: {
      run,
      by: callerName(callerOf(env)),
      since: new Date().toISOString(),
      command: mask(`pvefleet ${shJoin(recordedArgv(process.argv.slice(2)))}`),
    },
    mayTakeOver: continues,
    exec,
    waitSeconds: flags['lock-wait'],
    onWait: (why) => {
      const messages = why.map(({ message }) => message).join('; ');
      stderr.write(`Waiting up to ${flags['lock-wait']} s. ${messages}\n`);
    },
    signal,
    ...(leave !== undefined && { leave }),
  });
}
