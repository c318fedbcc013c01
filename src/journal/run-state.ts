import type { Event } from '../apply/event.ts';
import { unitOf } from '../apply/unit.ts';
import type { Change, Plan, Step } from '../plan/plan.ts';
import { stepKey } from './read-run.ts';
import type { Entry } from './entry.ts';

/**
 * What the records of a run, and of the runs that resumed it, say of each step. No entry: it was never begun.
 * `open`: begun, and nobody knows how it ended.
 */
export type StepState =
  | { readonly is: 'done'; readonly digests: Finished['digests'] }
  | { readonly is: 'failed' }
  | ({ readonly is: 'open' } & OpenStep);

/** A step that was begun, and of which nobody knows how it ended. */
export interface OpenStep {
  readonly started: Started;
  /** As it was planned; undefined for one that took back what another had left. */
  readonly step: Step | undefined;
}

type Started = Extract<Event, { type: 'step-started' }>;
type Finished = Extract<Event, { type: 'step-finished' }>;

/** What became of a run by now. */
export interface RunState {
  /** The plans that were approved; before that the last that were made: who waits for another run plans anew. */
  readonly planned: readonly Plan[];
  /** Somebody said that the plans may be carried out. */
  readonly approved: Extract<Event, { type: 'approved' }> | undefined;
  /** By step: see stateKey. */
  readonly steps: ReadonlyMap<string, StepState>;
}

/** Folds the records of a run, and after them those of the runs that resumed it, in the order in which these began. */
export function stateOf(entries: Iterable<Entry>): RunState {
  let planned: readonly Plan[] = [];
  let current: readonly Plan[] = [];
  let approved: RunState['approved'];
  const steps = new Map<string, StepState>();
  for (const entry of entries) {
    if (entry.type === 'planned') {
      current = entry.plans;
      if (approved === undefined) planned = current;
    }
    if (entry.type === 'approved') approved ??= entry;
    if (entry.type === 'step-started') begin(entry, current, steps);
    if (entry.type === 'step-finished') finish(entry, steps);
  }
  return { planned, approved, steps };
}

/** The steps that have to be settled before anything new is begun. */
export function openSteps({ steps }: Pick<RunState, 'steps'>): readonly OpenStep[] {
  return [...steps.values()].flatMap((state) => (state.is === 'open' ? [state] : []));
}

function plannedStep(plans: readonly Plan[], { cluster, step }: Started): Step | undefined {
  const changes = plans.find((plan) => plan.cluster === cluster)?.changes ?? [];
  return changes.flatMap(({ steps }) => steps).find(({ id }) => id === step);
}

/** A run that finds out how a step ended records its beginning again. */
function begin(started: Started, plans: readonly Plan[], steps: Map<string, StepState>): void {
  const key = stateKey(started);
  const before = steps.get(key);
  const step = before?.is === 'open' ? before.step : plannedStep(plans, started);
  steps.set(key, { is: 'open', started, step });
}

function finish(entry: Finished, steps: Map<string, StepState>): void {
  const key = stateKey(entry);
  const before = steps.get(key);
  if (entry.outcome === 'done') steps.set(key, { is: 'done', digests: entry.digests });
  else if (entry.outcome === 'not-run') steps.delete(key);
  else if (entry.inDoubt !== true || before === undefined) steps.set(key, { is: 'failed' });
}

/** A step's name in all runs of a chain: its unit's on the node, which tells tasks of a playbook apart; old journals have none. */
export function stateKey(event: Pick<Started, 'cluster' | 'node' | 'step' | 'unit'>): string {
  return event.unit === undefined ? stepKey(event) : `${event.cluster}/${event.node} ${event.unit}`;
}

/** What is left of plans: what may go on, and what may not. */
export interface Rest {
  /** Changes with the steps that are not done yet, and the digests as the last of those that are has left them. */
  readonly plans: readonly Plan[];
  readonly done: readonly PlacedChange[];
  /** A step of theirs failed. */
  readonly failed: readonly PlacedChange[];
  /** They must follow one that failed. */
  readonly blocked: readonly PlacedChange[];
}

export interface PlacedChange {
  readonly cluster: string;
  readonly change: Change;
}

/** The rest of a run's plans. An open step counts as not done: it has to be settled before. */
export function restOf(plans: readonly Plan[], run: string, steps: RunState['steps']): Rest {
  const done: PlacedChange[] = [];
  const failed: PlacedChange[] = [];
  const blocked: PlacedChange[] = [];
  const left = plans.map(({ cluster, changes }): Plan => {
    const stuck = new Set<string>();
    const going: Change[] = [];
    for (const change of changes) {
      const own = restOfChange(change, (step) =>
        steps.get(stateKey({ cluster, step: step.id, node: step.node, unit: unitOf(run, step.id) })),
      );
      if (own === 'done') done.push({ cluster, change });
      else if (own === 'failed' || change.after.some((id) => stuck.has(id))) {
        stuck.add(change.id);
        (own === 'failed' ? failed : blocked).push({ cluster, change });
      } else going.push(own);
    }
    return { cluster, changes: going };
  });
  return { plans: left.filter(({ changes }) => changes.length > 0), done, failed, blocked };
}

function restOfChange(
  change: Change,
  stateOfStep: (step: Step) => StepState | undefined,
): Change | 'done' | 'failed' {
  let digests = change.digests;
  for (const [index, step] of change.steps.entries()) {
    const state = stateOfStep(step);
    if (state?.is === 'failed') return 'failed';
    if (state?.is !== 'done') return { ...change, digests, steps: change.steps.slice(index) };
    digests = { ...digests, ...known(state.digests) };
  }
  return 'done';
}

function known(digests: Finished['digests'] = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(digests).flatMap(([path, digest]) => (digest === null ? [] : [[path, digest]])),
  );
}
