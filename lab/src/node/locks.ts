import type { Locks, Machine } from '../machine.ts';

const POLL_SECONDS = 0.05;

/** Locks kept in memory. A lock for which `held` is true is never free. */
export function locks(held: (name: string) => boolean, sleep: Machine['sleep']): Locks {
  const alone = new Set<string>();
  const sharing = new Map<string, number>();
  /** Takes it in the same moment in which it is found free: nobody comes in between. */
  const takeOnce = async (
    isTaken: () => boolean,
    take: () => () => void,
    seconds: number,
    signal: AbortSignal | undefined,
  ): Promise<(() => void) | undefined> => {
    for (let waited = 0; isTaken(); waited += POLL_SECONDS) {
      if (waited >= seconds || signal?.aborted === true) return undefined;
      await sleep(POLL_SECONDS, signal);
    }
    return take();
  };
  return {
    take: (name, seconds, signal) =>
      takeOnce(
        () => alone.has(name) || sharing.has(name) || held(name),
        () => {
          alone.add(name);
          return () => alone.delete(name);
        },
        seconds,
        signal,
      ),
    share: (name, seconds, signal) =>
      takeOnce(
        () => alone.has(name) || held(name),
        () => {
          sharing.set(name, (sharing.get(name) ?? 0) + 1);
          return () => {
            const left = (sharing.get(name) ?? 1) - 1;
            if (left === 0) sharing.delete(name);
            else sharing.set(name, left);
          };
        },
        seconds,
        signal,
      ),
  };
}
