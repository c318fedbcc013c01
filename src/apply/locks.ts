/**
 * Named locks inside one run: no two steps that name the same thing run at once.
 * All names of a step are taken together, so two steps can't wait for each other.
 */
export interface Locks {
  /** Resolves with the function that gives the locks back. */
  take(names: readonly string[]): Promise<() => void>;
}

export function createLocks(): Locks {
  const held = new Set<string>();
  const waiting: { readonly names: readonly string[]; readonly start: () => void }[] = [];

  const free = (names: readonly string[]): boolean => names.every((name) => !held.has(name));

  const startWaiting = (): void => {
    for (let index = 0; index < waiting.length;) {
      const next = waiting[index];
      if (next !== undefined && free(next.names)) {
        waiting.splice(index, 1);
        next.start();
      } else {
        index++;
      }
    }
  };

  return {
    take(names) {
      return new Promise((resolve) => {
        const start = (): void => {
          for (const name of names) held.add(name);
          resolve(() => {
            for (const name of names) held.delete(name);
            startWaiting();
          });
        };
        if (free(names)) start();
        else waiting.push({ names, start });
      });
    },
  };
}
