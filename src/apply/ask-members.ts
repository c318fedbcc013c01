import type { Diagnostic } from '../diagnostic.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { LockAnswer } from './lock-script.ts';
import { parseLockAnswer } from './lock-script.ts';
import type { Exec } from './exec.ts';

/** For one script on one node. */
const EXEC_SECONDS = 10;

/** Asks members of a cluster one after the other until one has the say; that one is the first from then on. */
export async function askMembers(
  members: { hosts: readonly string[] },
  exec: Exec,
  script: string,
): Promise<LockAnswer | readonly Diagnostic[]> {
  let last: LockAnswer | readonly Diagnostic[] = [];
  for (const host of members.hosts) {
    const result = await exec(host, script, {
      timeoutSeconds: EXEC_SECONDS,
      connectsAnew: true,
      outOfTurn: true,
      cleansUp: true,
    });
    const answer = result.ok ? parseLockAnswer(result.value) : result.diagnostics;
    // One that is without quorum knows more than one that is not there.
    if (!('is' in last && last.is === 'no quorum') || 'is' in answer) last = answer;
    if ('is' in last && (last.is === 'ours' || last.is === 'held' || last.is === 'given back')) {
      members.hosts = [host, ...members.hosts.filter((other) => other !== host)];
      return last;
    }
  }
  return last;
}

/** Inventory names of the members that answered, in order. */
export function hostsOf({ nodes }: Snapshot): readonly string[] {
  return Object.values(nodes)
    .flatMap((state) => (isUnknown(state) ? [] : [state.host]))
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}
