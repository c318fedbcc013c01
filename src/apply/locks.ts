/**
 * Named locks inside one run: no two steps that name the same thing run at once; of a name that ends in "#N", N may.
 * All names of a step are taken together, so two steps can't wait for each other.
 */
export interface Locks {
  /** Resolves with the function that gives the locks back. */
  take(names: readonly string[]): Promise<() => void>;
}

export function createLocks(): Locks {
  const held = new Map<string, number>();
  const waiting: { readonly names: readonly string[]; readonly start: () => void }[] = [];

  const free = (names: readonly string[]): boolean =>
    names.every((name) => (held.get(name) ?? 0) < atOnce(name));

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
          for (const name of names) held.set(name, (held.get(name) ?? 0) + 1);
          resolve(() => {
            for (const name of names) held.set(name, (held.get(name) ?? 1) - 1);
            startWaiting();
          });
        };
        if (free(names)) start();
        else waiting.push({ names, start });
      });
    },
  };
}

function atOnce(name: string): number {
  return Number(/#(?<count>[1-9]\d*)$/u.exec(name)?.groups?.['count'] ?? 1);
}
