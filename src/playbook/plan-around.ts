import type { Diagnostic } from '../diagnostic.ts';
import { identifySpecs } from '../plan/identify-specs.ts';
import type { KnownSecrets } from '../plan/known-secrets.ts';
import type { Planned, Refusal } from '../plan/make-plan.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import type { BackupOptions } from '../plan/with-backups.ts';
import { withBackups } from '../plan/with-backups.ts';
import type { CheckpointOptions } from '../plan/with-checkpoints.ts';
import { withCheckpoints } from '../plan/with-checkpoints.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Spec } from '../spec.ts';
import type { GivenNumbers } from './given-numbers.ts';
import { numbersGiven, refuseGiven } from './given-numbers.ts';
import { isSilent, leftOutWarnings, sortRefusals } from './unanswered.ts';

export interface PlannedAround {
  readonly plans: readonly Plan[];
  readonly warnings: readonly Diagnostic[];
  /** The values of the secrets that the plans name. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Why each host that declared a refused spec fails. */
  readonly refused: ReadonlyMap<string, readonly Diagnostic[]>;
  /** About specs for nodes that did not answer: they are left out, and no other host pays for it. */
  readonly leftOut: readonly Diagnostic[];
  /** By this task. */
  readonly given: GivenNumbers;
}

export interface AroundOptions {
  readonly allowDestroy: boolean;
  readonly rotateSecrets: boolean;
  readonly knownSecrets?: KnownSecrets;
  /** Hosts of the run that gave no answer. */
  readonly silentHosts: readonly string[];
  /** By earlier tasks. */
  readonly given: GivenNumbers;
  /** What is changed is kept first, as it is. */
  readonly checkpoint?: CheckpointOptions;
  readonly backup?: BackupOptions;
}

/**
 * Plans a task's specs. A host with a refused spec fails as a whole, so it is planned again without all that it
 * declared. But what is refused only because its node did not answer is left out alone: that host is counted already.
 */
export function planAround(survey: Survey, specs: readonly Spec[], options: AroundOptions): PlannedAround {
  const refused = new Map<string, readonly Diagnostic[]>();
  const leftOut = new Map<Spec, Refusal>();
  const identified = identifySpecs(survey, specs).specs;
  const given = numbersGiven(identified, survey);
  for (const spec of identified) {
    const taken = refuseGiven(spec, options.given);
    if (taken !== undefined) refused.set(spec.declaredBy, [...(refused.get(spec.declaredBy) ?? []), taken]);
  }
  for (;;) {
    const wanted = identified.filter((spec) => !refused.has(spec.declaredBy) && !leftOut.has(spec));
    const planned = makePlan(survey, wanted, options);
    const kept = planned.refusals.length > 0 ? planned : { ...planned, ...keep(planned, survey, options) };
    if (kept.refusals.length === 0) {
      const { plans, warnings } = kept;
      const { secrets } = planned;
      return { plans, warnings, secrets, refused, leftOut: leftOutWarnings([...leftOut.values()]), given };
    }
    const sorted = sortRefusals(survey, kept.refusals, isSilent(options.silentHosts));
    for (const refusal of sorted.leftOut) leftOut.set(refusal.spec, refusal);
    for (const { spec, diagnostics } of sorted.refusals) {
      refused.set(spec.declaredBy, [...(refused.get(spec.declaredBy) ?? []), ...diagnostics]);
    }
  }
}

/** What is changed is kept first as it is, where that is asked for. */
function keep(
  planned: Planned,
  survey: Survey,
  { checkpoint, backup }: AroundOptions,
): Pick<Planned, 'plans' | 'refusals'> {
  if (backup !== undefined) return withBackups(planned.plans, survey, backup);
  return checkpoint === undefined ? planned : withCheckpoints(planned.plans, survey, checkpoint);
}
