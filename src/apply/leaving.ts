import { setMaxListeners } from 'node:events';

/** What comes of it, or "left" as soon as nobody waits for it any more. */
export async function orLeft<T>(work: Promise<T>, leave: AbortSignal | undefined): Promise<T | 'left'> {
  if (leave === undefined) return work;
  let forget = (): void => undefined;
  const left = new Promise<'left'>((resolve) => {
    forget = onAbort(leave, () => resolve('left'));
  });
  const ended = await Promise.race([work, left]);
  forget();
  return ended;
}

/** Does something when a signal is aborted, or at once if it is; gives what forgets it. Any number may wait for one signal. */
export function onAbort(signal: AbortSignal | undefined, act: () => void): () => void {
  if (signal === undefined) return () => undefined;
  if (signal.aborted) act();
  setMaxListeners(0, signal);
  signal.addEventListener('abort', act, { once: true });
  return () => signal.removeEventListener('abort', act);
}
