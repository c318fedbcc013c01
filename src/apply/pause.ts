import { onAbort } from '../transports/on-abort.ts';

/** Resolves after that many seconds, or when the run is interrupted. */
export function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      forget();
      resolve();
    };
    const timer = setTimeout(end, seconds * 1000);
    const forget = onAbort(signal, end);
  });
}
