/** A lock that another has. */
export interface HeldLock {
  readonly name: string;
  readonly heldBy: string;
}

/**
 * Named locks inside one run: no two steps that name the same thing run at once.
 * All names of a step are taken together, so two steps can't wait for each other.
 */
export interface Locks {
  /**
   * Resolves with the function that gives the locks back. `onWait` is told which of them others have, when it has to
   * wait and when these become others.
   */
  take(
    names: readonly string[],
    taker: string,
    onWait: (held: readonly HeldLock[]) => void,
  ): Promise<() => void>;
}

interface Waiting {
  readonly names: readonly string[];
  readonly start: () => void;
  readonly onWait: (held: readonly HeldLock[]) => void;
  /** Names of what it was told to wait for. */
  told: string;
}

export function createLocks(): Locks {
  const holders = new Map<string, string>();
  const waiting: Waiting[] = [];

  const heldOf = (names: readonly string[]): readonly HeldLock[] =>
    names.flatMap((name) => {
      const heldBy = holders.get(name);
      return heldBy === undefined ? [] : [{ name, heldBy }];
    });

  const tell = (waits: Waiting, held: readonly HeldLock[]): void => {
    const names = held.map(({ name }) => name).join('\n');
    if (waits.told !== names) waits.onWait(held);
    waits.told = names;
  };

  const startWaiting = (): void => {
    for (const next of waiting.splice(0)) {
      if (heldOf(next.names).length === 0) next.start();
      else waiting.push(next);
    }
    for (const next of waiting) tell(next, heldOf(next.names));
  };

  return {
    take(names, taker, onWait) {
      return new Promise((resolve) => {
        const start = (): void => {
          for (const name of names) holders.set(name, taker);
          resolve(() => {
            for (const name of names) holders.delete(name);
            startWaiting();
          });
        };
        const held = heldOf(names);
        if (held.length === 0) {
          start();
          return;
        }
        const waits = { names, start, onWait, told: '' };
        waiting.push(waits);
        tell(waits, held);
      });
    },
  };
}
