/** What ends a whole run, and why it did. */
export interface Stop {
  readonly signal: AbortSignal;
  /** Why the run was ended, for the end of a sentence. */
  why(): string;
  stop(why: string): void;
  /** Takes its timer away. */
  done(): void;
}

/** Ends a run when it is interrupted, after so many seconds, or when it is told to; the first of them is the reason. */
export function createStop(interrupt: AbortSignal, seconds: number | undefined): Stop {
  const controller = new AbortController();
  const stop = (why: string): void => controller.abort(why);
  const onInterrupt = (): void => stop('interrupted');
  if (interrupt.aborted) onInterrupt();
  interrupt.addEventListener('abort', onInterrupt, { once: true });
  const timer =
    seconds === undefined
      ? undefined
      : setTimeout(() => stop(`the run took longer than ${seconds} s`), seconds * 1000);
  return {
    signal: controller.signal,
    why: () => String(controller.signal.reason),
    stop,
    done: () => {
      clearTimeout(timer);
      interrupt.removeEventListener('abort', onInterrupt);
    },
  };
}
