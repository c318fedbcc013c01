import type { Diagnostic } from '../diagnostic.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { namesHost } from '../snapshot/assemble.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Spec } from '../spec.ts';

export interface PlannedAround {
  readonly plans: readonly Plan[];
  readonly warnings: readonly Diagnostic[];
  /** Why each host that declared a refused spec fails. */
  readonly refused: ReadonlyMap<string, readonly Diagnostic[]>;
  /** About specs for nodes that did not answer: they are left out, and no other host pays for it. */
  readonly leftOut: readonly Diagnostic[];
}

export interface AroundOptions {
  readonly allowDestroy: boolean;
  /** Hosts of the run that gave no answer. */
  readonly silentHosts: readonly string[];
}

/**
 * Plans a task's specs. A host with a refused spec fails as a whole, so it is planned again without all that it
 * declared. But what is refused for a node that did not answer is left out alone: that host is counted already.
 */
export function planAround(survey: Survey, specs: readonly Spec[], options: AroundOptions): PlannedAround {
  const refused = new Map<string, readonly Diagnostic[]>();
  const silent = specs.filter((spec) => isForSilentNode(survey, spec, options.silentHosts));
  const { refusals } = makePlan(survey, silent, options);
  const leftOut = new Set(refusals.map(({ spec }) => spec));
  for (;;) {
    const wanted = specs.filter((spec) => !refused.has(spec.declaredBy) && !leftOut.has(spec));
    const planned = makePlan(survey, wanted, options);
    if (planned.refusals.length === 0) {
      const { plans, warnings } = planned;
      return { plans, warnings, refused, leftOut: refusals.flatMap(({ diagnostics }) => diagnostics) };
    }
    for (const { spec, diagnostics } of planned.refusals) {
      refused.set(spec.declaredBy, [...(refused.get(spec.declaredBy) ?? []), ...diagnostics]);
    }
  }
}

function isForSilentNode(
  { clusters }: Survey,
  { cluster, args }: Spec,
  silentHosts: readonly string[],
): boolean {
  const nodes = clusters.find((snapshot) => snapshot.cluster === cluster)?.nodes ?? {};
  const state = typeof args['node'] === 'string' ? nodes[args['node']] : undefined;
  return state !== undefined && isUnknown(state) && silentHosts.some((host) => namesHost(state, host));
}
