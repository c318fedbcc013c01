import { apply } from '../apply/apply.ts';
import type { ReportEvent, Outcome } from '../apply/event.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import type { WaitsForRestart } from '../plan/waits-for-restart.ts';
import { waitsForRestart } from '../plan/waits-for-restart.ts';
import { exitOf, recapOf, troublesOf } from './apply-outcome.ts';
import type { Session } from './apply-session.ts';
import { tell } from './apply-session.ts';
import { exitCode } from './exit-code.ts';

/** Does what the plan says, under the locks that are held, and gives them back; the exit code. */
export async function carryOut(plan: DocumentPlan, session: Session): Promise<number> {
  const { record, journal, locks, context } = session;
  const diagnostics: Diagnostic[] = [...troublesOf(plan)];
  const byChange = new Map<string, readonly Diagnostic[]>();
  const report = (event: ReportEvent): void => {
    if (event.type === 'diagnostic') diagnostics.push(event.diagnostic);
    if (event.type === 'change-finished') {
      diagnostics.push(...event.diagnostics);
      byChange.set(`${event.cluster}#${event.change}`, event.diagnostics);
    }
    session.report.tell(event);
  };
  if (!context.flags.json) context.stdout.write('\n');
  session.isBegun = true;
  await record({ type: 'approved', brakes: session.brakes });
  const started = performance.now();
  const { outcomes, interrupted, commands } = await apply(plan.plans, {
    survey: plan.survey,
    secrets: plan.secrets,
    run: session.input.resumes ?? session.run,
    exec: session.exec,
    record: journal.recordOf(plan.plans, plan.secrets),
    mayChange: locks.mayChange,
    note: journal.note,
    report,
    signal: AbortSignal.any([context.signal, locks.signal]),
    ...(context.leave !== undefined && { leave: context.leave }),
    brakes: session.brakes,
  });
  const lost = locks.lost();
  for (const diagnostic of [...(lost === undefined ? [] : [lost]), ...(await locks.giveBack())]) {
    await record({ type: 'diagnostic', diagnostic });
    report({ type: 'diagnostic', diagnostic });
  }
  session.ran = { ...session.ran, outcomes, diagnostics: byChange };
  const seconds = (performance.now() - started) / 1000;
  const needsRestart = waitingOf(plan, outcomes);
  await tell(
    { type: 'recap', hosts: recapOf(plan, outcomes), commands, seconds, interrupted, needsRestart },
    session,
  );
  return context.signal.aborted ? exitCode.interrupted : exitOf(outcomes, diagnostics);
}

function waitingOf(
  { plans }: DocumentPlan,
  outcomes: ReadonlyMap<string, Outcome>,
): readonly WaitsForRestart[] {
  return plans.flatMap(({ cluster, changes }) =>
    changes
      .filter(({ id }) => outcomes.get(`${cluster}#${id}`) === 'changed')
      .flatMap((change) => waitsForRestart(change) ?? []),
  );
}
