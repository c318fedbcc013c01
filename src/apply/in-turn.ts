import pLimit from 'p-limit';
import { formatAddress } from '../address.ts';
import type { Change, Step } from '../plan/plan.ts';
import type { HeldLock } from './locks.ts';
import type { Run } from './run-state.ts';
import { goesOn } from './run-state.ts';

/** Steps at once on one node: each PVE command costs it a core for a second. */
const STEPS_PER_NODE = 4;

/** Runs when the step's locks are free and its node has room; not at all when the run was interrupted while it waited. */
export async function inTurn<T>(
  cluster: string,
  change: Change,
  step: Step,
  run: Run,
  act: () => Promise<T | 'not run'>,
): Promise<T | 'not run'> {
  const { id, node } = step;
  const address = formatAddress(change.address);
  const waits = (locks: readonly HeldLock[]): void =>
    run.report({ type: 'step-waiting', cluster, step: id, address, node, locks });
  const giveBack = await run.locks.take(step.locks, address, waits);
  try {
    const key = `${cluster}/${step.node}`;
    const queue = run.queues.get(key) ?? pLimit(STEPS_PER_NODE);
    run.queues.set(key, queue);
    if (queue.activeCount + queue.pendingCount >= STEPS_PER_NODE) waits([]);
    return await queue<[], T | 'not run'>(async () => (goesOn(run) ? act() : 'not run'));
  } finally {
    giveBack();
  }
}
