import type { Diagnostic } from '../diagnostic.ts';
import type { Refusal } from '../plan/make-plan.ts';
import { findPlanner } from '../plan/planners.ts';
import { namesHost } from '../snapshot/assemble.ts';
import type { Unknown } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Spec } from '../spec.ts';

export interface Sorted {
  /** Refused for nothing but that their node is away: the others need not pay for it. */
  readonly leftOut: readonly Refusal[];
  readonly refusals: readonly Refusal[];
}

/** What modules say of a node that did not answer, or of the power of a guest there. */
const SILENCE: readonly string[] = ['guest/node-not-reached', 'guest/power-unknown'];

/** Tells refusals apart, by whether a node that could not be read may be away; one that is not in the inventory may not. */
export function sortRefusals(
  survey: Survey,
  refusals: readonly Refusal[],
  mayBeAway: (node: Unknown) => boolean,
): Sorted {
  const isLeftOut = ({ spec, diagnostics }: Refusal): boolean =>
    diagnostics.every(({ code }) => SILENCE.includes(code)) && isForNodeAway(survey, spec, mayBeAway);
  return {
    leftOut: refusals.filter(isLeftOut),
    refusals: refusals.filter((refusal) => !isLeftOut(refusal)),
  };
}

/** Why they are left out; hosts that gave no answer are errors of their own. */
export function leftOutWarnings(leftOut: readonly Refusal[]): readonly Diagnostic[] {
  return leftOut.flatMap(({ diagnostics }) =>
    diagnostics.map((each): Diagnostic => ({
      ...each,
      severity: 'warning',
      trouble: 'unreachable',
      message: `${each.message}; it is left out`,
    })),
  );
}

/** Its host is one of those that gave no answer. */
export function isSilent(hosts: readonly string[]): (node: Unknown) => boolean {
  return (node) => hosts.some((host) => namesHost(node, host));
}

/** Where the resource is, else where it would be made, is a node that may be away. */
function isForNodeAway(survey: Survey, spec: Spec, mayBeAway: (node: Unknown) => boolean): boolean {
  const [only] = survey.clusters;
  const name = spec.cluster ?? only?.cluster;
  const snapshot = survey.clusters.find(({ cluster }) => cluster === name);
  const planner = findPlanner(spec.kind);
  if (snapshot === undefined || planner === undefined) return false;
  const parsed = planner.parse(spec, snapshot.cluster);
  if (!parsed.ok) return false;
  const place = planner.place(parsed.value, snapshot);
  const state = place === undefined ? undefined : snapshot.nodes[place];
  return state !== undefined && isUnknown(state) && mayBeAway(state);
}
