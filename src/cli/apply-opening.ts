import type { Event } from '../apply/event.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import { troubleOf } from '../documents/plan-document.ts';
import { withBackups } from '../plan/with-backups.ts';
import { withCheckpoints } from '../plan/with-checkpoints.ts';
import type { ApplyContext, Session } from './apply-session.ts';
import { exitCodeFor } from './exit-code.ts';

/** With --checkpoint a plan keeps first what it changes. */
export function checkpointed(plan: DocumentPlan, { run, input }: Session): DocumentPlan {
  const { checkpointDays, checkpointStorage } = input;
  if (checkpointStorage !== undefined) {
    const kept = withBackups(plan.plans, plan.survey, { storage: checkpointStorage });
    return { ...plan, plans: kept.plans, refusals: [...plan.refusals, ...kept.refusals] };
  }
  if (checkpointDays === undefined) return plan;
  const keptSince = Date.now() - checkpointDays * 86_400_000;
  const { plans, refusals } = withCheckpoints(plan.plans, plan.survey, { run, keptSince });
  return { ...plan, plans, refusals: [...plan.refusals, ...refusals] };
}

/** What had happened before anybody was asked; to people showPlan tells it. */
export function openingEvents(
  { survey, plans, warnings, refusals, stays = [] }: DocumentPlan,
  over: readonly Diagnostic[],
  seconds: number,
): readonly Event[] {
  const clusters = survey.clusters.map(({ cluster, nodes }) => ({
    name: cluster,
    nodes: Object.keys(nodes),
  }));
  return [
    { type: 'surveyed', clusters, unreachable: survey.unreachable, seconds },
    ...[...stays, ...warnings, ...refusals.flatMap(({ diagnostics }) => diagnostics), ...over].map(
      (diagnostic) => ({ type: 'diagnostic', diagnostic }) as const,
    ),
    { type: 'planned', plans, check: false },
  ];
}

/** Why nothing was applied; the exit code. */
export function refuse(plan: DocumentPlan, over: readonly Diagnostic[], { stderr }: ApplyContext): number {
  const count = plan.refusals.length;
  const resources = `${count} ${count === 1 ? 'resource is' : 'resources are'} refused`;
  stderr.write(`Nothing was applied: ${count === 0 ? 'the plan is refused' : resources}.\n`);
  return exitCodeFor([...troubleOf(plan), ...over]);
}
