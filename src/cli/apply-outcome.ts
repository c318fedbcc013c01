import type { HostRecap, Outcome } from '../apply/event.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import { troubleOf } from '../documents/plan-document.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';

/** How changes ended, by cluster and change: "lab#3". */
type Outcomes = ReadonlyMap<string, Outcome>;

/** The gravest of what went wrong; a change that failed or was left out counts even if nothing else tells of it. */
export function exitOf(outcomes: Outcomes, diagnostics: readonly Diagnostic[]): number {
  const told = exitCodeFor(diagnostics);
  const areDone = [...outcomes.values()].every((outcome) => outcome === 'changed' || outcome === 'ok');
  return told === exitCode.done && !areDone ? exitCode.failed : told;
}

/** How the changes on each host ended. */
export function recapOf(
  { plans, survey }: DocumentPlan,
  outcomes: Outcomes,
): Readonly<Record<string, HostRecap>> {
  const hosts: Record<string, HostRecap> = {};
  for (const { cluster, changes } of plans) {
    const nodes = survey.clusters.find((snapshot) => snapshot.cluster === cluster)?.nodes ?? {};
    for (const { id, node } of changes) {
      const state = nodes[node];
      const host = state === undefined || isUnknown(state) ? node : state.host;
      const before = hosts[host] ?? { ok: 0, changed: 0, failed: 0, skipped: 0, unreachable: 0 };
      const outcome = outcomes.get(`${cluster}#${id}`) ?? 'skipped';
      hosts[host] = { ...before, [outcome]: (before[outcome] ?? 0) + 1 };
    }
  }
  return Object.fromEntries(
    Object.entries(hosts).toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })),
  );
}

/** Why some of it can't be done; a resumed run leaves out what somebody else has changed. */
export function troublesOf(plan: DocumentPlan): readonly Diagnostic[] {
  return [...troubleOf(plan), ...plan.warnings.filter(({ severity }) => severity === 'error')];
}

/** A program that asks for a rollback counts on having all of it. */
export function notBack({ stays = [] }: DocumentPlan): readonly Diagnostic[] {
  return stays.map((each) => ({ ...each, severity: 'error' }));
}

/** A rollback that went well, and did not bring all back, has found something. */
export function ended(exit: number, { stays = [] }: DocumentPlan): number {
  return exit === exitCode.done && stays.length > 0 ? exitCode.pending : exit;
}
