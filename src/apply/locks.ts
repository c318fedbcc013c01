/** A lock that another has. */
export interface HeldLock {
  readonly name: string;
  readonly heldBy: string;
}

/**
 * Named locks inside one run: no two steps that name the same thing run at once; of a name that ends in "#N", N may.
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
  /** Who came first goes first. */
  readonly turn: number;
  readonly names: readonly string[];
  readonly start: () => void;
  readonly onWait: (held: readonly HeldLock[]) => void;
  /** Names of what it was told to wait for. */
  told: string;
}

export function createLocks(): Locks {
  const holders = new Map<string, readonly string[]>();
  /** Each waits in the line of one of the names that are held; it can't start before that one is free. */
  const lines = new Map<string, Waiting[]>();
  let turns = 0;

  const isFree = (name: string): boolean => (holders.get(name)?.length ?? 0) < atOnce(name);

  const heldOf = (names: readonly string[]): readonly HeldLock[] =>
    names.flatMap((name) => {
      const [heldBy = ''] = holders.get(name) ?? [];
      return isFree(name) ? [] : [{ name, heldBy }];
    });

  /** Starts it, or puts it into a line, and tells it what it waits for. */
  const startOrWait = (next: Waiting): void => {
    const held = heldOf(next.names);
    const [first] = held;
    if (first === undefined) {
      next.start();
      return;
    }
    const line = lines.get(first.name) ?? [];
    lines.set(first.name, line);
    line.splice(line.findLastIndex(({ turn }) => turn < next.turn) + 1, 0, next);
    const names = held.map(({ name }) => name).join('\n');
    if (next.told !== names) next.onWait(held);
    next.told = names;
  };

  /** Takes out who is first in the lines of those of these names that are free. */
  const nextOf = (names: readonly string[]): Waiting | undefined => {
    const free = names.flatMap((name) => (isFree(name) ? (lines.get(name) ?? []) : []).slice(0, 1));
    const first = free.toSorted((a, b) => a.turn - b.turn)[0];
    for (const name of names) {
      const line = lines.get(name);
      if (first !== undefined && line?.[0] === first) line.shift();
      if (line?.length === 0) lines.delete(name);
    }
    return first;
  };

  const giveBack = (names: readonly string[], taker: string): void => {
    for (const name of names) {
      const left = withoutOne(holders.get(name) ?? [], taker);
      if (left.length === 0) holders.delete(name);
      else holders.set(name, left);
    }
    for (let next = nextOf(names); next !== undefined; next = nextOf(names)) startOrWait(next);
  };

  return {
    take(names, taker, onWait) {
      return new Promise((resolve) => {
        const start = (): void => {
          for (const name of names) holders.set(name, [...(holders.get(name) ?? []), taker]);
          resolve(() => giveBack(names, taker));
        };
        startOrWait({ turn: turns++, names, start, onWait, told: '' });
      });
    },
  };
}

function atOnce(name: string): number {
  return Number(/#(?<count>[1-9]\d*)$/u.exec(name)?.groups?.['count'] ?? 1);
}

function withoutOne(all: readonly string[], one: string): readonly string[] {
  const at = all.indexOf(one);
  return at === -1 ? all : all.toSpliced(at, 1);
}
