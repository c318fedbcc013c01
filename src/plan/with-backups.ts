import { formatAddress } from '../address.ts';
import { findModule } from '../modules/registry.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Refusal } from './make-plan.ts';
import type { Change, Plan } from './plan.ts';
import { findPlanner } from './planners.ts';
import type { WithCheckpoints } from './with-checkpoints.ts';
import { refusalsOf } from './with-checkpoints.ts';

export interface BackupOptions {
  readonly storage: string;
  /** Addresses that the run has worked on already: it made them, or has kept them as they were. */
  readonly except?: ReadonlySet<string>;
}

/** The plans with a backup of every guest that is changed or removed before it is; the archives stay until somebody removes them. */
export function withBackups(
  plans: readonly Plan[],
  { clusters }: Survey,
  options: BackupOptions,
): WithCheckpoints {
  const refusals: Refusal[] = [];
  const kept = plans.map((plan) => {
    const snapshot = clusters.find(({ cluster }) => cluster === plan.cluster);
    if (snapshot === undefined) return plan;
    return {
      ...plan,
      changes: plan.changes.map((change) => withBackup(change, snapshot, options, refusals)),
    };
  });
  return { plans: kept, refusals };
}

function withBackup(
  change: Change,
  snapshot: Snapshot,
  { storage, except }: BackupOptions,
  refusals: Refusal[],
): Change {
  const module = findModule(change.address.kind);
  const planner = findPlanner('backup');
  if (change.action === 'create' || module?.checkpoints === undefined || planner === undefined) return change;
  if (except?.has(formatAddress(change.address)) === true) return change;
  const spec = {
    kind: planner.kind,
    args: { ...module.naming(change.address), storage },
    positions: change.declaredAt === undefined ? {} : { '': change.declaredAt },
    declaredBy: 'checkpoint',
  };
  const wanted = planner.parse(spec, snapshot.cluster);
  const draft = wanted.ok ? planner.draft(wanted.value, snapshot, { allowDestroy: false }) : wanted;
  if (!draft.ok) {
    refusals.push(...refusalsOf(change, draft.diagnostics));
    return change;
  }
  const steps = [...draft.value.steps, ...change.steps];
  return { ...change, steps: steps.map((step, index) => ({ ...step, id: `${change.id}/${index + 1}` })) };
}
