import { setTimeout } from 'node:timers/promises';
import type { Batch, BatchHost } from './run-state.ts';
import { taskName } from './task-name.ts';

/** Lets so many seconds pass between two turns or tries on these hosts, and shows it. False when the run was interrupted. */
export async function waitShown(
  { run, task }: Batch,
  hosts: readonly BatchHost[],
  seconds: number,
  what: string,
): Promise<boolean> {
  const bounds = { since: performance.now(), limitSeconds: seconds };
  const waits = hosts.map(({ place, variables }) =>
    run.waits.begin(place.host, taskName(task, variables.of(task))),
  );
  for (const wait of waits) wait.say(what, bounds);
  const isOver = await waited(seconds, run.options.signal);
  for (const wait of waits) wait.end();
  return isOver;
}

/** False when the run was interrupted meanwhile. */
export async function waited(seconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await setTimeout(seconds * 1000, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
