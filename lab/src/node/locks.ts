import type { Locks, Machine } from '../machine.ts';

const POLL_SECONDS = 0.05;

/** Locks kept in memory. A lock for which `held` is true is never free. */
export function locks(held: (name: string) => boolean, sleep: Machine['sleep']): Locks {
  const taken = new Set<string>();
  return {
    async take(name, seconds, signal) {
      for (let waited = 0; taken.has(name) || held(name); waited += POLL_SECONDS) {
        if (waited >= seconds || signal?.aborted === true) return undefined;
        await sleep(POLL_SECONDS, signal);
      }
      taken.add(name);
      return () => taken.delete(name);
    },
  };
}
