import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two looks at a group that was told to end, and how many. */
const pause = 50;
const looks = 20;

/** Ends the processes of a group: asks them to, and kills those that are still there after a second. */
export async function endGroup(leader: number): Promise<void> {
  if (!signalGroup(leader, 'SIGTERM')) return;
  for (let look = 0; look < looks; look++) {
    await sleep(pause);
    if (!signalGroup(leader, 0)) return;
  }
  signalGroup(leader, 'SIGKILL');
}

/** False when the group is gone. */
function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leader, signal);
    return true;
  } catch {
    return false;
  }
}
