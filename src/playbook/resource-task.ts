import type { Outcome } from '../apply/event.ts';
import type { Change } from '../plan/plan.ts';
import type { Spec } from '../spec.ts';
import { bringAbout } from './bring-about.ts';
import { expandTask } from './expand-task.ts';
import type { Batch } from './run-state.ts';
import type { HostResult } from './tally.ts';
import { taskSpecs } from './task-specs.ts';

/**
 * Runs a resource task over all its hosts as one batch: rendered, planned against the survey as it is now, applied
 * (or, in check mode, predicted). Gives each host's result; the run's survey is the one after it.
 */
export async function runResourceTask(batch: Batch): Promise<ReadonlyMap<string, HostResult>> {
  const { run } = batch;
  const results = new Map<string, HostResult>();
  const specs = declare(batch, results);
  const { refused, over, ended } = await bringAbout(run, specs, {
    turn: String(run.tasks),
    onlyAsked: false,
  });
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
  return results;
}

/** The specs of all hosts. A host whose arguments can't be rendered fails; one with nothing to do is skipped. */
function declare({ task, hosts }: Batch, results: Map<string, HostResult>): readonly Spec[] {
  const specs: Spec[] = [];
  for (const { place, variables } of hosts) {
    const expanded = expandTask(task, variables);
    const own = expanded.ok
      ? taskSpecs(
          task,
          expanded.value.filter(({ isOn }) => isOn),
          place,
        )
      : expanded;
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
function hostOf(cluster: string, change: Change, { hosts }: Batch): string {
  const ran = hosts.find(({ place }) => place.snapshot.cluster === cluster && place.node === change.node);
  return ran?.place.host ?? change.declaredBy[0] ?? change.node;
}

const gravity: readonly Outcome[] = ['ok', 'skipped', 'changed', 'unreachable', 'failed'];

function merge(before: HostResult | undefined, next: HostResult): HostResult {
  if (before === undefined) return next;
  const graver = gravity.indexOf(next.outcome) > gravity.indexOf(before.outcome) ? next : before;
  return { ...graver, diagnostics: [...before.diagnostics, ...next.diagnostics] };
}
