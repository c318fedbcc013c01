import { pause } from '../../apply/pause.ts';
import type { ActionContext } from '../action.ts';

export interface Patience {
  /** Before the first look, in seconds. */
  readonly delay: number;
  /** Between looks, in seconds. */
  readonly sleep: number;
  /** In all, in seconds. */
  readonly timeout: number;
}

export interface Waited<T> {
  /** Undefined: it did not come in time, or the run was interrupted. */
  readonly value?: T;
  /** Whole seconds. */
  readonly elapsed: number;
}

type Waiter = Pick<ActionContext, 'signal' | 'waitsFor'>;

/**
 * Looks again and again until there is something; at least once, unless the run was interrupted. Tells people meanwhile
 * what is missing.
 */
export async function poll<T>(
  look: () => Promise<T | undefined>,
  { delay, sleep, timeout }: Patience,
  missing: () => string,
  { signal, waitsFor }: Waiter,
): Promise<Waited<T>> {
  const since = performance.now();
  const elapsed = (): number => Math.floor((performance.now() - since) / 1000);
  // Who looks once waits for an answer alone.
  const bounds = { since, ...(timeout > 0 && { limitSeconds: timeout }) };
  const tell = (): void => waitsFor(missing(), bounds);
  tell();
  await pause(delay, signal);
  while (!signal.aborted) {
    const value = await look();
    if (value !== undefined) return { value, elapsed: elapsed() };
    tell();
    if (performance.now() - since + sleep * 1000 > timeout * 1000) break;
    await pause(sleep, signal);
  }
  return { elapsed: elapsed() };
}

/** Lets so many seconds pass, or fewer when the run is interrupted. */
export function letPass(seconds: number, { signal, waitsFor }: Waiter): Promise<void> {
  waitsFor('a pause', { since: performance.now(), limitSeconds: seconds });
  return pause(seconds, signal);
}
