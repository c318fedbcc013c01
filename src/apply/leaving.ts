import { onAbort } from '../transports/on-abort.ts';

/** What comes of it, or "left" as soon as nobody waits for it any more. */
export async function orLeft<T>(work: Promise<T>, leave: AbortSignal | undefined): Promise<T | 'left'> {
  if (leave === undefined) return work;
  let forget = (): void => undefined;
  const left = new Promise<'left'>((resolve) => {
    forget = whenAborted(leave, () => resolve('left'));
  });
  const ended = await Promise.race([work, left]);
  forget();
  return ended;
}

/** Does something when a signal is aborted, or at once if it is; gives what forgets it. */
export function whenAborted(signal: AbortSignal | undefined, act: () => void): () => void {
  if (signal?.aborted === true) act();
  return onAbort(signal, act);
}
