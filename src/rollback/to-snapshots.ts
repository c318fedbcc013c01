import { formatAddress } from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { findModule } from '../modules/registry.ts';
import type { Checkpoints, Draft } from '../modules/module.ts';
import { checkpointOf, takenAt } from '../plan/checkpoint-name.ts';
import type { Change, Plan } from '../plan/plan.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import { noCheckpoint, writtenSince } from './rollback-words.ts';
import type { Touched } from './touched.ts';

/** How resources go back to the checkpoints that a run took of them. */
export interface ToSnapshots {
  readonly changes: readonly Change[];
  readonly refusals: readonly Diagnostic[];
  /** Those without: only what the run changed of them can be taken back. */
  readonly others: readonly Touched[];
  readonly stays: readonly Diagnostic[];
}

/** A resource with the checkpoint that the run took of it. */
interface Kept {
  readonly touched: Touched;
  readonly snapshot: Snapshot;
  readonly checkpoints: Checkpoints;
  readonly name: string;
}

/** What was there before the run goes back to its checkpoint, whatever became of it since; the rest is not for it. */
export function toSnapshots(
  touched: readonly Touched[],
  run: string,
  survey: Survey,
  allowDestroy: boolean,
): ToSnapshots {
  const kept = touched.flatMap((each) => keptOf(each, run, survey) ?? []);
  const others = touched.filter((each) => !kept.some((found) => found.touched === each));
  const refusals: Diagnostic[] = [];
  const changes = kept.flatMap((each): readonly Change[] => {
    const draft = allowDestroy
      ? goBack(each)
      : { ok: false as const, diagnostics: [writtenSince(each.touched)] };
    if (draft.ok) return [changeOf(each.touched, draft.value, `rollback of ${run}`)];
    refusals.push(...draft.diagnostics);
    return [];
  });
  return { changes, refusals, others, stays: others.filter(({ made }) => !made).map(noCheckpoint) };
}

/** The plans with these changes too, each with an id of its own. */
export function withChanges(plans: readonly Plan[], more: readonly Change[]): readonly Plan[] {
  const last = Math.max(0, ...plans.flatMap(({ changes }) => changes.map(({ id }) => Number(id))));
  const numbered = more.map((change, index): Change => {
    const id = String(last + 1 + index);
    const steps = change.steps.map((step, number) => ({ ...step, id: `${id}/${number + 1}` }));
    return { ...change, id, steps };
  });
  const clusters = [
    ...new Set([...plans, ...numbered.map(({ address }) => address)].map(({ cluster }) => cluster)),
  ];
  return clusters.map((cluster) => ({
    cluster,
    changes: [
      ...plans.filter((plan) => plan.cluster === cluster).flatMap(({ changes }) => changes),
      ...numbered.filter(({ address }) => address.cluster === cluster),
    ],
  }));
}

function keptOf(touched: Touched, run: string, { clusters }: Survey): Kept | undefined {
  const snapshot = clusters.find(({ cluster }) => cluster === touched.address.cluster);
  const checkpoints = findModule(touched.address.kind)?.checkpoints;
  if (snapshot === undefined || checkpoints === undefined || touched.made) return undefined;
  const there = checkpoints.list(snapshot, touched.address);
  const { name } = checkpointOf(run);
  const found = isUnknown(there)
    ? undefined
    : there.find((each) => each.name === name && takenAt(each) !== undefined);
  return found === undefined ? undefined : { touched, snapshot, checkpoints, name };
}

/** It runs again where it ran before the run. */
function goBack({ touched, snapshot, checkpoints, name }: Kept): ReturnType<Checkpoints['goBack']> {
  const args = findModule(touched.address.kind)?.toArgs(snapshot, touched.address);
  const now = args === undefined || isUnknown(args) ? undefined : args['state'];
  const before = touched.power?.before ?? now;
  return checkpoints.goBack(snapshot, touched.address, {
    name,
    power: before === 'running' ? 'running' : 'stopped',
  });
}

function changeOf({ address }: Touched, draft: Draft, declaredBy: string): Change {
  return {
    ...draft,
    id: formatAddress(address),
    address,
    action: 'update',
    declaredBy: [declaredBy],
    after: [],
    steps: draft.steps.map((step) => ({ ...step, id: '' })),
  };
}
