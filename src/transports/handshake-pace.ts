import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createTurns } from './turns.ts';

/** Handshakes at once to begin with; a handshake is a millisecond or two of this process's CPU. */
const fewest = 16;

/** As many as a processor can keep under way to servers that are 100 ms away. */
const most = 96;

/** Milliseconds by which timers and answers may be late before fewer handshakes are better than more. */
const lateEnough = 50;

/** Milliseconds between two looks at the clock. */
const resolution = 10;

/** How late the event loop was at worst since it was last asked, in milliseconds. */
export interface Lateness {
  start(): void;
  worst(): number;
  stop(): void;
}

/**
 * Runs handshakes, at first 16 at once; one more with each that ends while this process keeps up, and half as many
 * once it falls behind. More at once make each other late, and none faster; far servers need more to keep it busy.
 */
export function createHandshakePace(
  lateness: Lateness = measuredLateness(),
): <T>(handshake: () => Promise<T>) => Promise<T> {
  let allowed = fewest;
  let running = 0;
  const turns = createTurns(allowed);
  return (handshake) =>
    turns.run(async () => {
      if (running++ === 0) lateness.start();
      try {
        return await handshake();
      } finally {
        allowed =
          lateness.worst() < lateEnough ? Math.min(allowed + 1, most) : Math.max(fewest, allowed >> 1);
        turns.allow(allowed);
        if (--running === 0) lateness.stop();
      }
    });
}

function measuredLateness(): Lateness {
  const delays = monitorEventLoopDelay({ resolution });
  return {
    start: () => {
      delays.reset();
      delays.enable();
    },
    worst: () => {
      const worst = delays.max / 1e6 - resolution;
      delays.reset();
      return worst;
    },
    stop: () => delays.disable(),
  };
}
