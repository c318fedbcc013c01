import type { Address } from '../address.ts';
import { formatAddress } from '../address.ts';
import type { Change } from './plan.ts';

export interface Unordered {
  readonly change: Change;
  readonly refs: readonly Address[];
}

/**
 * Gives each change the ids that it must follow and sorts them so: creates and updates after the changes of what they
 * mention, deletes before. Ties keep the document's order. A circle can't come up: what is mentioned mentions nothing back.
 */
export function orderChanges(unordered: readonly Unordered[]): readonly Change[] {
  const byAddress = new Map(unordered.map(({ change }) => [formatAddress(change.address), change]));
  const after = new Map<string, Set<string>>(unordered.map(({ change }) => [change.id, new Set()]));
  for (const { change, refs } of unordered) {
    for (const ref of refs) {
      const other = byAddress.get(formatAddress(ref));
      if (other === undefined || other.id === change.id) continue;
      const [first, second] = change.action === 'delete' ? [change, other] : [other, change];
      after.get(second.id)?.add(first.id);
    }
  }
  const waiting = unordered.map(({ change }) => ({ ...change, after: [...(after.get(change.id) ?? [])] }));
  const ordered: Change[] = [];
  const done = new Set<string>();
  while (waiting.length > 0) {
    const next = waiting.findIndex((change) => change.after.every((id) => done.has(id)));
    const [change] = waiting.splice(Math.max(next, 0), 1);
    if (change === undefined) break;
    done.add(change.id);
    ordered.push(change);
  }
  return ordered;
}
