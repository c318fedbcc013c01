/**
 * just-bash lets the event loop turn only where a command waits: `while :; do :; done` would never hear that its
 * connection is gone, nor would anything else in the lab go on. But between two commands it looks at its signal; this
 * one also counts as aborted when the loop has not turned for that long.
 */
export interface Patience {
  readonly signal: AbortSignal;
  /** Whether a script was ended for that. */
  readonly isLost: () => boolean;
  /** To be called when the script has ended. */
  readonly stop: () => void;
}

const TURN_MS = 100;

export function withPatience(signal: AbortSignal, milliseconds: number): Patience {
  let turned = performance.now();
  let lost = false;
  const timer = setInterval(() => (turned = performance.now()), TURN_MS).unref();
  const isAborted = (): boolean => {
    lost ||= performance.now() - turned > milliseconds;
    return lost || signal.aborted;
  };
  const watched = new Proxy(signal, {
    get(target, key) {
      if (key === 'aborted') return isAborted();
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { signal: watched, isLost: () => lost, stop: () => clearInterval(timer) };
}
