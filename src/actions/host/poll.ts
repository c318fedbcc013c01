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

/** Looks again and again until there is something; at least once, unless the run was interrupted. */
export async function poll<T>(
  look: () => Promise<T | undefined>,
  { delay, sleep, timeout }: Patience,
  { signal }: Pick<ActionContext, 'signal'>,
): Promise<Waited<T>> {
  const begun = performance.now();
  const elapsed = (): number => Math.floor((performance.now() - begun) / 1000);
  await pause(delay, signal);
  while (!signal.aborted) {
    const value = await look();
    if (value !== undefined) return { value, elapsed: elapsed() };
    if (performance.now() - begun + sleep * 1000 > timeout * 1000) break;
    await pause(sleep, signal);
  }
  return { elapsed: elapsed() };
}
