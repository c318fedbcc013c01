import type { Locks, Machine } from '../machine.ts';

const POLL_SECONDS = 0.05;

/** Locks kept in memory. A lock for which `held` is true is never free. */
export function locks(held: (name: string) => boolean, sleep: Machine['sleep']): Locks {
  const alone = new Set<string>();
  const sharing = new Map<string, number>();
  const waitWhile = async (
    isTaken: () => boolean,
    seconds: number,
    signal: AbortSignal | undefined,
  ): Promise<boolean> => {
    for (let waited = 0; isTaken(); waited += POLL_SECONDS) {
      if (waited >= seconds || signal?.aborted === true) return false;
      await sleep(POLL_SECONDS, signal);
    }
    return true;
  };
  return {
    async take(name, seconds, signal) {
      const isTaken = (): boolean => alone.has(name) || sharing.has(name) || held(name);
      if (!(await waitWhile(isTaken, seconds, signal))) return undefined;
      alone.add(name);
      return () => alone.delete(name);
    },
    async share(name, seconds, signal) {
      const isTaken = (): boolean => alone.has(name) || held(name);
      if (!(await waitWhile(isTaken, seconds, signal))) return undefined;
      sharing.set(name, (sharing.get(name) ?? 0) + 1);
      return () => {
        const left = (sharing.get(name) ?? 1) - 1;
        if (left === 0) sharing.delete(name);
        else sharing.set(name, left);
      };
    },
  };
}
