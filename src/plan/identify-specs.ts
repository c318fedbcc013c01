import type { Diagnostic, Result } from '../diagnostic.ts';
import type { ResourceModule } from '../modules/module.ts';
import { modules as registered } from '../modules/registry.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Spec } from '../spec.ts';

/** A spec that can't be planned, and why. */
export interface Refusal {
  readonly spec: Spec;
  readonly diagnostics: readonly Diagnostic[];
}

export interface Identified {
  /** All specs in their order; those that only named their resource by other means say now which it is. */
  readonly specs: readonly Spec[];
  /** Of specs for which that can't be told; they are among the others as they were. */
  readonly refusals: readonly Refusal[];
}

/**
 * Says for specs like `vmid: auto` which resource of its cluster each of them means, or which a new one will be. All specs of a
 * batch are looked at together, so that no two choose the same. Doing it again changes nothing.
 */
export function identifySpecs(
  survey: Survey,
  specs: readonly Spec[],
  modules: readonly ResourceModule[] = registered,
): Identified {
  const known = new Map<Spec, Result<Spec>>();
  // Kinds that share their names have the same function.
  const functions = new Set(modules.flatMap(({ identify }) => identify ?? []));
  for (const snapshot of survey.clusters) {
    const own = specs.filter((spec) => clusterOf(survey, spec) === snapshot);
    for (const identify of functions)
      for (const [spec, result] of identify(own, snapshot)) known.set(spec, result);
  }
  const refusals: Refusal[] = [];
  const identified = specs.map((spec) => {
    const result = known.get(spec);
    if (result?.ok === false) refusals.push({ spec, diagnostics: result.diagnostics });
    return result?.ok === true ? result.value : spec;
  });
  return { specs: identified, refusals };
}

/** The cluster that a spec is for: the one that it names, or the only one. */
export function clusterOf({ clusters }: Survey, { cluster }: Spec): Snapshot | undefined {
  const [first, ...others] = clusters;
  return cluster === undefined && others.length === 0
    ? first
    : clusters.find((snapshot) => snapshot.cluster === cluster);
}
