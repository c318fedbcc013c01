import { formatAddress } from '../address.ts';
import { apply } from '../apply/apply.ts';
import type { Taken } from '../apply/cluster-locks.ts';
import type { Outcome } from '../apply/event.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { overCeilings } from '../plan/brakes.ts';
import { identifySpecs } from '../plan/identify-specs.ts';
import type { Change, Plan } from '../plan/plan.ts';
import { findPlanner } from '../plan/planners.ts';
import { predict } from '../plan/predict.ts';
import type { WaitsForRestart } from '../plan/waits-for-restart.ts';
import { waitsForRestart } from '../plan/waits-for-restart.ts';
import type { Spec } from '../spec.ts';
import { expandTask } from './expand-task.ts';
import { lockClusters } from './lock-clusters.ts';
import type { AroundOptions } from './plan-around.ts';
import { planAround } from './plan-around.ts';
import type { Batch } from './run-state.ts';
import type { HostResult } from './tally.ts';
import { taskSpecs } from './task-specs.ts';

/** How one change of the task's plans ended. */
interface Ended {
  readonly cluster: string;
  readonly change: Change;
  readonly outcome: Outcome;
  readonly diagnostics: readonly Diagnostic[];
}

/** How a resource task ended on a host. */
export interface ResourceResult extends HostResult {
  /** What became of what each turn declared, for the turns whose `when` holds, in order. */
  readonly turns: readonly TurnOutcome[];
}

export interface TurnOutcome extends HostResult {
  /** What it declared. */
  readonly result: Readonly<Record<string, unknown>>;
}

/**
 * Runs a resource task over all its hosts as one batch: rendered, planned against the survey as it is now, applied
 * (or, with `check`, predicted). Gives each host's result; the run's survey is the one after it.
 */
export async function runResourceTask(
  batch: Batch,
  check: boolean,
): Promise<ReadonlyMap<string, ResourceResult>> {
  const { run } = batch;
  const results = new Map<string, HostResult>();
  const { specs } = identifySpecs(run.survey, declare(batch, results));
  const { allowDestroy, rotateSecrets, knownSecrets } = run.options;
  const silentHosts = run.tally.silentHosts();
  const { plans, warnings, secrets, refused, leftOut, given } = planAround(run.survey, specs, {
    allowDestroy,
    rotateSecrets,
    ...(knownSecrets && { knownSecrets }),
    silentHosts,
    given: run.given,
    ...checkpointOf(run),
  });
  run.given = new Map([...run.given, ...given]);
  for (const diagnostic of [...warnings, ...leftOut]) await run.emit({ type: 'diagnostic', diagnostic });
  for (const [host, diagnostics] of refused)
    results.set(host, { outcome: 'failed', diagnostics, refused: true });
  await run.emit({ type: 'planned', plans, check });
  const over = overCeilings([...run.planned, ...plans], run.options.ceilings, 'go on with this run');
  if (over.length > 0) {
    // The ceiling is that of the whole run: nobody goes on.
    for (const { place } of batch.hosts)
      results.set(place.host, { outcome: 'failed', diagnostics: over, refused: true });
    return withTurns(results, specs, []);
  }
  const { refused: locked, waited } = await lockFor(plans, batch, check);
  if (waited && locked.length === 0) return runResourceTask(batch, check);
  run.planned.push(...plans);
  const ended =
    locked.length === 0
      ? await carryOut(plans, secrets, batch, check)
      : changesOf(plans).map((each) => ({ ...each, outcome: 'failed' as const, diagnostics: locked }));
  for (const { cluster, change, outcome, diagnostics } of ended) {
    const host = hostOf(cluster, change, batch);
    results.set(host, merge(results.get(host), { outcome, diagnostics }));
  }
  const counted = ended.map((each) => ({ ...each, host: hostOf(each.cluster, each.change, batch) }));
  return withTurns(results, specs, counted);
}

/** Tells each spec's own part in what became of its host. */
function withTurns(
  results: ReadonlyMap<string, HostResult>,
  specs: readonly Spec[],
  ended: readonly (Ended & { readonly host: string })[],
): ReadonlyMap<string, ResourceResult> {
  const turnOf = (spec: Spec, whole: HostResult): TurnOutcome => {
    const address = addressOf(spec);
    const about = { result: { ...(address && { address }), ...vmidOf(spec) } };
    if (whole.refused === true) return { ...whole, ...about };
    const own = ended.filter(
      ({ change, host }) => host === spec.declaredBy && formatAddress(change.address) === address,
    );
    const start: HostResult = { outcome: 'ok', diagnostics: [] };
    return { ...own.reduce<HostResult>(merge, start), ...about };
  };
  return new Map(
    [...results].map(([host, whole]) => {
      const own = specs.filter(({ declaredBy }) => declaredBy === host);
      return [host, { ...whole, turns: own.map((spec) => turnOf(spec, whole)) }] as const;
    }),
  );
}

function addressOf(spec: Spec): string | undefined {
  const parsed = findPlanner(spec.kind)?.parse(spec, spec.cluster ?? '');
  return parsed?.ok === true ? formatAddress(parsed.value.address) : undefined;
}

/** The number that a guest has, or has got. */
function vmidOf({ args }: Spec): { readonly vmid?: number } {
  const number = Number(args['vmid'] ?? Number.NaN);
  return Number.isInteger(number) ? { vmid: number } : {};
}

/** A guest is kept once in a run: as it was before its first change. */
function checkpointOf({ options, planned }: Batch['run']): Pick<AroundOptions, 'checkpoint' | 'backup'> {
  const { run, checkpointsSince: keptSince, checkpointStorage: storage } = options;
  const changed = planned.flatMap(({ changes }) => changes.map(({ address }) => formatAddress(address)));
  const except = new Set(changed);
  if (storage !== undefined) return { backup: { storage, except } };
  return keptSince === undefined ? {} : { checkpoint: { run, keptSince, except } };
}

/** Nothing to do, or nothing that may be done, needs no lock. */
async function lockFor(plans: readonly Plan[], { run }: Batch, check: boolean): Promise<Taken> {
  const changed = plans.flatMap(({ cluster, changes }) => (changes.length > 0 ? [cluster] : []));
  return check || run.options.readOnly || changed.length === 0
    ? { refused: [], waited: false }
    : lockClusters(run, changed);
}

/** The specs of all hosts. A host whose arguments can't be rendered fails; one with nothing to do is skipped. */
function declare({ run, task, hosts }: Batch, results: Map<string, HostResult>): readonly Spec[] {
  const specs: Spec[] = [];
  for (const { place, variables } of hosts) {
    const expanded = expandTask(task, variables);
    const wanted = expanded.ok ? expanded.value.filter(({ isOn }) => isOn) : [];
    const own = expanded.ok ? taskSpecs(run, task, wanted, place) : expanded;
    if (!own.ok) {
      results.set(place.host, { outcome: 'failed', diagnostics: own.diagnostics });
      continue;
    }
    results.set(place.host, { outcome: own.value.length === 0 ? 'skipped' : 'ok', diagnostics: [] });
    specs.push(...own.value);
  }
  return specs;
}

function changesOf(plans: readonly Plan[]): readonly Pick<Ended, 'cluster' | 'change'>[] {
  return plans.flatMap(({ cluster, changes }) => changes.map((change) => ({ cluster, change })));
}

async function carryOut(
  plans: readonly Plan[],
  secrets: ReadonlyMap<string, string>,
  { run }: Batch,
  check: boolean,
): Promise<readonly Ended[]> {
  const changes = changesOf(plans);
  if (changes.length === 0) return [];
  const { readOnly, exec, locks, record, recordOf, note, signal, leave } = run.options;
  if (check) {
    // A task that is only checked in a real run leaves the fleet as it is for those after it.
    if (run.options.check) run.survey = predict(run.survey, plans);
    return changes.map((each) => ({ ...each, outcome: 'changed', diagnostics: [] }));
  }
  if (readOnly)
    return changes.map((each) => ({
      ...each,
      outcome: 'failed',
      diagnostics: [readOnlyRefusal(each.change)],
    }));
  const told = new Map<string, readonly Diagnostic[]>();
  const applied = await apply(plans, {
    survey: run.survey,
    secrets,
    // A step's id is unique in its plan only; on the nodes it must be so in the whole run.
    run: `${run.options.run}-${run.tasks}`,
    exec,
    mayChange: locks.mayChange,
    record: recordOf?.(plans, secrets) ?? record,
    ...(note !== undefined && { note: (step: string) => note(`${run.tasks}/${step}`) }),
    report: (event) => {
      if (event.type === 'change-finished') told.set(`${event.cluster}#${event.change}`, event.diagnostics);
      run.options.report(event);
    },
    signal,
    ...(leave !== undefined && { leave }),
  });
  run.survey = applied.survey;
  run.commands += applied.commands;
  return changes.map((each) => {
    const key = `${each.cluster}#${each.change.id}`;
    const outcome = applied.outcomes.get(key) ?? 'skipped';
    const diagnostics = told.get(key) ?? [];
    if (outcome === 'changed') noteRestart(each.change, run.waiting);
    if (outcome !== 'skipped' || applied.interrupted) return { ...each, outcome, diagnostics };
    return { ...each, outcome: 'failed', diagnostics: [...diagnostics, blocked(each.change)] };
  });
}

/** A guest that was restarted or made anew has all that it waited for. */
function noteRestart(change: Change, waiting: Map<string, WaitsForRestart>): void {
  const address = formatAddress(change.address);
  const waits = waitsForRestart(change);
  const before = waiting.get(address)?.options ?? [];
  if (waits !== undefined)
    waiting.set(address, { address, options: [...new Set([...before, ...waits.options])] });
  else if (change.steps.some(({ effects }) => effects.some(({ brings }) => brings !== 'options')))
    waiting.delete(address);
}

/** A change counts on the host whose node ran it if that host is in the play, else on the first that declared it. */
function hostOf(cluster: string, change: Change, { task, hosts }: Batch): string {
  const [declared] = change.declaredBy;
  if (task.settings.words.delegate_to !== undefined && declared !== undefined) return declared;
  const ran = hosts.find(({ place }) => place.snapshot.cluster === cluster && place.node === change.node);
  return ran?.place.host ?? declared ?? change.node;
}

const gravity: readonly Outcome[] = ['ok', 'skipped', 'changed', 'left', 'unreachable', 'failed'];

function merge(before: HostResult | undefined, next: HostResult): HostResult {
  if (before === undefined) return next;
  const graver = gravity.indexOf(next.outcome) > gravity.indexOf(before.outcome) ? next : before;
  return { ...graver, diagnostics: [...before.diagnostics, ...next.diagnostics] };
}

function readOnlyRefusal(change: Change): Diagnostic {
  return problem(
    'refused',
    change,
    'this run is read-only',
    'Leave out --read-only, or see what would change with --check.',
  );
}

function blocked(change: Change): Diagnostic {
  return problem('failed', change, 'a change that it must follow failed');
}

function problem(trouble: Diagnostic['trouble'], change: Change, why: string, hint?: string): Diagnostic {
  const message = `Cannot ${change.action} ${formatAddress(change.address)}: ${why}`;
  const at = change.declaredAt;
  return {
    code: `run/${trouble}`,
    severity: 'error',
    trouble,
    message,
    ...(at && { at }),
    ...(hint !== undefined && { hint }),
  };
}
