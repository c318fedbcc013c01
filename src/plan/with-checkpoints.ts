import { formatAddress } from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { findModule } from '../modules/registry.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import { checkpointOf, takenAt } from './checkpoint-name.ts';
import type { Refusal } from './make-plan.ts';
import type { Change, Plan, Step } from './plan.ts';

export interface CheckpointOptions {
  readonly run: string;
  /** Milliseconds since 1970: checkpoints of ours that are older are removed. */
  readonly keptSince: number;
  /** Addresses that the run has worked on already: it made them, or has kept them as they were. */
  readonly except?: ReadonlySet<string>;
}

export interface WithCheckpoints {
  readonly plans: readonly Plan[];
  /** Why one can't be taken: nothing is to be applied then. */
  readonly refusals: readonly Refusal[];
}

/**
 * The plans with a checkpoint of everything that is changed before it is, and old ones removed after it. What is made
 * has nothing to be kept; what is removed takes its checkpoints with it.
 */
export function withCheckpoints(
  plans: readonly Plan[],
  survey: Survey,
  options: CheckpointOptions,
): WithCheckpoints {
  const refusals: Refusal[] = [];
  const changed = plans.map((plan) => {
    const snapshot = survey.clusters.find(({ cluster }) => cluster === plan.cluster);
    if (snapshot === undefined) return plan;
    return {
      ...plan,
      changes: plan.changes.map((change) => withCheckpoint(change, snapshot, options, refusals)),
    };
  });
  return { plans: changed, refusals };
}

function withCheckpoint(
  change: Change,
  snapshot: Snapshot,
  { run, keptSince, except }: CheckpointOptions,
  refusals: Refusal[],
): Change {
  const checkpoints = findModule(change.address.kind)?.checkpoints;
  if (change.action !== 'update' || checkpoints === undefined) return change;
  if (except?.has(formatAddress(change.address)) === true) return change;
  const found = checkpoints.list(snapshot, change.address);
  const there = isUnknown(found) ? [] : found;
  const checkpoint = checkpointOf(run);
  if (there.some(({ name }) => name === checkpoint.name)) return change;
  const taken = checkpoints.take(snapshot, change.address, checkpoint);
  const removed = there
    .filter((each) => (takenAt(each) ?? keptSince) < keptSince)
    .map(({ name }) => checkpoints.remove(snapshot, change.address, name));
  const drafts: Omit<Step, 'id'>[] = [];
  for (const draft of [taken, ...removed]) {
    if (draft.ok) drafts.push(draft.value);
    else refusals.push(...refusalsOf(change, draft.diagnostics));
  }
  const [first, ...last] = drafts;
  const steps = [...(first === undefined ? [] : [first]), ...change.steps, ...last];
  return { ...change, steps: steps.map((step, index) => ({ ...step, id: `${change.id}/${index + 1}` })) };
}

/** One for each who declared it; of a saved plan the specs are not at hand. */
export function refusalsOf(
  { address: { kind, cluster }, declaredBy }: Change,
  diagnostics: readonly Diagnostic[],
): readonly Refusal[] {
  return declaredBy.map((each) => ({
    spec: { kind, args: {}, positions: {}, cluster, declaredBy: each },
    diagnostics,
  }));
}
