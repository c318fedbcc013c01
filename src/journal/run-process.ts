import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Opened } from './entry.ts';

/** This process, for a run's first record. */
export async function ownProcess(): Promise<NonNullable<Opened['process']>> {
  const began = await beganAt(process.pid);
  return { pid: process.pid, ...(began !== undefined && { began }) };
}

/** Whether the process that wrote a run's first record goes on; "elsewhere": it is of another machine, nobody can tell here. */
export async function processOf({
  caller,
  process: recorded,
}: Opened): Promise<'alive' | 'gone' | 'elsewhere'> {
  if (caller.host !== hostname()) return 'elsewhere';
  if (recorded === undefined || !isThere(recorded.pid)) return 'gone';
  const began = await beganAt(recorded.pid);
  return recorded.began === undefined || began === undefined || began === recorded.began ? 'alive' : 'gone';
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** When a process began, in ticks since boot, with the boot's id before it; undefined where there is no /proc. */
async function beganAt(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The name, which comes second, may hold spaces and brackets; the time is the twentieth behind it.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return ticks === undefined ? undefined : `${boot.trim()} ${ticks}`;
  } catch {
    return undefined;
  }
}
