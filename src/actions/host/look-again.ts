import type { Result } from '../../diagnostic.ts';
import type { ActionContext } from '../action.ts';
import type { Facts, HostRead } from './facts.ts';
import { readFacts } from './read-facts.ts';

/** Looks at the same things again and again: what waits until something is so reads it anew each time. */
export function lookAgain(
  name: string,
  reads: readonly HostRead[],
  context: ActionContext,
): () => Promise<Result<Facts>> {
  let isFirst = true;
  return () => {
    if (!isFirst) return readFacts(name, reads, context);
    isFirst = false;
    return context.look(reads, 'now');
  };
}
