/** So many at once; who comes later waits for a turn, first come, first served. */
export interface Turns {
  /** Runs an act when it is its turn. */
  run<T>(act: () => Promise<T>): Promise<T>;
  /** Takes a turn if one is free; whoever took it gives it back. */
  tryTake(): boolean;
  giveBack(): void;
  /** From now on one fewer at once than are taken now; false where that would leave none. */
  lower(): boolean;
  /** From now on so many at once; those that run go on. */
  allow(most: number): void;
}

export function createTurns(most: number): Turns {
  const waiting: (() => void)[] = [];
  let allowed = most;
  let taken = 0;
  const tryTake = (): boolean => {
    if (taken >= allowed) return false;
    taken++;
    return true;
  };
  const next = (): void => {
    while (waiting.length > 0 && tryTake()) waiting.shift()?.();
  };
  const giveBack = (): void => {
    taken--;
    next();
  };
  return {
    run: async (act) => {
      if (waiting.length > 0 || !tryTake()) await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await act();
      } finally {
        giveBack();
      }
    },
    tryTake,
    giveBack,
    lower: () => {
      if (taken <= 1) return false;
      allowed = Math.min(allowed, taken - 1);
      return true;
    },
    allow: (now) => {
      allowed = now;
      next();
    },
  };
}
