import { setMaxListeners } from 'node:events';

/** Calls `act` when the signal fires; what it returns calls that off. One signal may serve any number of nodes. */
export function onAbort(signal: AbortSignal | undefined, act: () => void): () => void {
  if (signal === undefined) return () => undefined;
  setMaxListeners(0, signal);
  signal.addEventListener('abort', act, { once: true });
  return () => signal.removeEventListener('abort', act);
}
