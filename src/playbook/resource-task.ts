import { formatAddress } from '../address.ts';
import type { Outcome } from '../apply/event.ts';
import { identifySpecs } from '../plan/identify-specs.ts';
import type { Change } from '../plan/plan.ts';
import { findPlanner } from '../plan/planners.ts';
import type { Spec } from '../spec.ts';
import type { Ended } from './bring-about.ts';
import { bringAbout } from './bring-about.ts';
import { expandTask } from './expand-task.ts';
import type { Batch } from './run-state.ts';
import type { HostResult } from './tally.ts';
import { taskSpecs } from './task-specs.ts';

/** How a resource task ended on a host. */
export interface ResourceResult extends HostResult {
  /** What became of what each turn declared, for the turns that are wanted and whose `when` holds, in order. */
  readonly turns: readonly TurnOutcome[];
}

export interface TurnOutcome extends HostResult {
  /** What it declared. */
  readonly result: Readonly<Record<string, unknown>>;
}

/** Whether a turn of a host's loop is to be run, by its place in the list. */
export type IsWanted = (host: string, turn: number) => boolean;

/**
 * Runs a resource task over all its hosts as one batch: rendered, planned against the survey as it is now, applied
 * (or, with `check`, predicted). Gives each host's result; the run's survey is the one after it.
 */
export async function runResourceTask(
  batch: Batch,
  check: boolean,
  isWanted: IsWanted = () => true,
): Promise<ReadonlyMap<string, ResourceResult>> {
  const { run } = batch;
  const results = new Map<string, HostResult>();
  const { specs } = identifySpecs(run.survey, declare(batch, isWanted, results));
  const brought = await bringAbout(run, specs, {
    turn: String(run.tasks),
    how: check ? 'check' : 'apply',
  });
  if (brought === 'again') return runResourceTask(batch, check, isWanted);
  const { refused, over, ended } = brought;
  for (const [host, diagnostics] of refused)
    results.set(host, { outcome: 'failed', diagnostics, refused: true });
  // The ceiling is that of the whole run: nobody goes on.
  if (over.length > 0)
    for (const { place } of batch.hosts)
      results.set(place.host, { outcome: 'failed', diagnostics: over, refused: true });
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

/** The specs of all hosts. A host whose arguments can't be rendered fails; one with nothing to do is skipped. */
function declare(
  { run, task, hosts }: Batch,
  isWanted: IsWanted,
  results: Map<string, HostResult>,
): readonly Spec[] {
  const specs: Spec[] = [];
  for (const { place, variables } of hosts) {
    const expanded = expandTask(task, variables);
    const turns = expanded.ok ? expanded.value : [];
    const wanted = turns.filter(({ isOn }, index) => isOn && isWanted(place.host, index));
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
