import type { Address } from '../address.ts';
import { formatAddress } from '../address.ts';
import { globMatcher } from '../inventory/match-names.ts';
import type { Plan } from './plan.ts';

/** Whether --target means an address: "vm/101@lab", "vm/101" in any cluster, or either with "*" and "?". */
export function isTarget(at: Address, targets: readonly string[]): boolean {
  const whole = formatAddress(at);
  const inCluster = whole.slice(0, whole.lastIndexOf('@'));
  return targets.some((target) => globMatcher(target)(target.includes('@') ? whole : inCluster));
}

export interface Targeted {
  readonly plans: readonly Plan[];
  /** What is planned only because a target must follow it. */
  readonly followed: readonly { readonly address: string; readonly by: string }[];
}

/** The plans with the changes that are meant, and those that they must follow, in the same order. */
export function onlyTargets(plans: readonly Plan[], targets: readonly string[]): Targeted {
  const followed: { address: string; by: string }[] = [];
  const left = plans.flatMap((plan): readonly Plan[] => {
    const wanted = new Set(
      plan.changes.filter(({ address }) => isTarget(address, targets)).map(({ id }) => id),
    );
    // Backwards: a change comes after all that it must follow.
    for (const change of plan.changes.toReversed()) {
      if (!wanted.has(change.id)) continue;
      for (const other of plan.changes) {
        if (!change.after.includes(other.id) || wanted.has(other.id)) continue;
        wanted.add(other.id);
        followed.unshift({ address: formatAddress(other.address), by: formatAddress(change.address) });
      }
    }
    const changes = plan.changes.filter(({ id }) => wanted.has(id));
    return changes.length === 0 ? [] : [{ ...plan, changes }];
  });
  return { plans: left, followed };
}
