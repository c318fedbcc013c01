import type { Diagnostic } from '../diagnostic.ts';
import type { Planned, Refusal } from '../plan/make-plan.ts';
import { findPlanner } from '../plan/planners.ts';
import { namesHost } from '../snapshot/assemble.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Spec } from '../spec.ts';

export interface Sorted {
  /** Refused for nothing but that their node did not answer: the others need not pay for it. */
  readonly unanswered: readonly Refusal[];
  readonly refusals: readonly Refusal[];
}

/** What modules say of a node that did not answer, or of the power of a guest there. */
const SILENCE: readonly string[] = ['guest/node-not-reached', 'guest/power-unknown'];

/** Tells refusals apart; a node that is not in the inventory at all is not one of `silentHosts`. */
export function sortRefusals(survey: Survey, { refusals }: Planned, silentHosts: readonly string[]): Sorted {
  const isUnanswered = ({ spec, diagnostics }: Refusal): boolean =>
    diagnostics.every(({ code }) => SILENCE.includes(code)) && isForSilentNode(survey, spec, silentHosts);
  return {
    unanswered: refusals.filter(isUnanswered),
    refusals: refusals.filter((refusal) => !isUnanswered(refusal)),
  };
}

/** Why they are left out; the hosts themselves are the errors. */
export function leftOutWarnings(unanswered: readonly Refusal[]): readonly Diagnostic[] {
  return unanswered.flatMap(({ diagnostics }) =>
    diagnostics.map((each): Diagnostic => ({
      ...each,
      severity: 'warning',
      trouble: 'unreachable',
      message: `${each.message}; it is left out`,
    })),
  );
}

/** Where the resource is, else where it would be made, is a node whose host did not answer. */
function isForSilentNode(survey: Survey, spec: Spec, silentHosts: readonly string[]): boolean {
  const [only] = survey.clusters;
  const name = spec.cluster ?? only?.cluster;
  const snapshot = survey.clusters.find(({ cluster }) => cluster === name);
  const planner = findPlanner(spec.kind);
  if (snapshot === undefined || planner === undefined) return false;
  const parsed = planner.parse(spec, snapshot.cluster);
  if (!parsed.ok) return false;
  const place = planner.place(parsed.value, snapshot);
  const state = place === undefined ? undefined : snapshot.nodes[place];
  return state !== undefined && isUnknown(state) && silentHosts.some((host) => namesHost(state, host));
}
