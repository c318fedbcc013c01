import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Opened } from './entry.ts';

/** This process, for a run's first record. */
export async function ownProcess(): Promise<NonNullable<Opened['process']>> {
  const { began } = await statOf(process.pid);
  return { pid: process.pid, ...(began !== undefined && { began }) };
}

/** Whether the process that wrote a run's first record goes on; "elsewhere": it is of another machine, nobody can tell here. */
export async function processOf({
  caller,
  process: recorded,
}: Opened): Promise<'alive' | 'gone' | 'elsewhere'> {
  if (caller.host !== hostname()) return 'elsewhere';
  if (recorded === undefined || !isThere(recorded.pid)) return 'gone';
  const { began, isEnded } = await statOf(recorded.pid);
  if (isEnded) return 'gone';
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

/**
 * When a process began, in ticks since boot, with the boot's id before it; undefined where there is no /proc. A process that
 * has ended keeps its number until its parent asks for its end, which in a container may be never.
 */
async function statOf(pid: number): Promise<{ readonly began?: string; readonly isEnded: boolean }> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The name, which comes second, may hold spaces and brackets; behind it comes the state, and as the twentieth the time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields[19];
    return {
      isEnded: fields[0] === 'Z' || fields[0] === 'X',
      ...(ticks !== undefined && { began: `${boot.trim()} ${ticks}` }),
    };
  } catch {
    return { isEnded: false };
  }
}
