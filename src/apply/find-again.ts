import type { Result } from '../diagnostic.ts';
import type { Finished } from '../transports/transport.ts';
import { isOutOfReach } from './patient-exec.ts';
import { pause } from './pause.ts';

/** Seconds to wait before each time that a step is looked for again after its connection was lost. */
const ATTACH_WAIT_SECONDS = [0, 1, 2, 5, 10, 20];

interface LostStep {
  /** Looks for it on its node, and waits for its end. */
  readonly attach: () => Promise<Result<Finished>>;
  /** Begins it after all, where it was lost on its way; undefined: it is only looked for. */
  readonly begin: (() => Promise<Result<Finished>>) | undefined;
  /** The node says that nothing was begun there. */
  readonly isNotBegun: (finished: Result<Finished>) => boolean;
  /** Aborted when nobody waits for it any more. */
  readonly leave: AbortSignal | undefined;
}

/** What came of a step whose connection was lost in the middle; still lost, when its node did not come back in time. */
export async function findAgain(
  lost: Result<Finished>,
  { attach, begin, isNotBegun, leave }: LostStep,
): Promise<Result<Finished>> {
  let finished = lost;
  for (const seconds of ATTACH_WAIT_SECONDS) {
    await pause(seconds, leave);
    finished = await attach();
    if (lostConnection(finished) || isOutOfReach(finished)) continue;
    if (begin === undefined || !isNotBegun(finished)) return finished;
    // It was lost on its way. Whatever of it may still come, one of both finds the other.
    finished = await begin();
    if (!lostConnection(finished)) return finished;
  }
  return finished;
}

export function lostConnection(finished: Result<Finished>): boolean {
  return !finished.ok && finished.diagnostics.some(({ code }) => code === 'transport/connection-lost');
}
