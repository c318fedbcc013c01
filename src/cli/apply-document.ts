import { givingBack } from '../apply/cluster-locks.ts';
import { applyResult } from '../contract/apply-result.ts';
import { diagnosticsOf } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import type { Brakes } from '../plan/brakes.ts';
import { overCeilings } from '../plan/brakes.ts';
import type { ApplyInput } from './apply-input.ts';
import { checkpointed, openingEvents, refuse } from './apply-opening.ts';
import { ended, notBack, troublesOf } from './apply-outcome.ts';
import type { ApplyContext, Session } from './apply-session.ts';
import { complain, tell, tellOpening } from './apply-session.ts';
import { carryOut } from './carry-out.ts';
import { confirm } from './confirm.ts';
import type { Fleet } from './connect.ts';
import { execByHost } from './exec-by-host.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';
import { printDiagnostics } from './print-diagnostics.ts';
import { resumeCommand } from './resume-command.ts';
import { locksOfRun } from './run-locks.ts';
import { openRunJournal, recordOfCaller } from './run-record.ts';
import { runReport, silentTeller, stdoutTeller } from './run-report.ts';
import { showPlan } from './show-plan.ts';
import { firstSurvey, surveyNodes } from './survey-nodes.ts';

/** Surveys, plans, shows, asks, applies; gives the exit code. When anything is refused, nothing is applied. */
export async function applyDocument(
  input: ApplyInput,
  brakes: Brakes,
  fleet: Fleet,
  context: ApplyContext,
): Promise<number> {
  const { document, resumes, rollsBack } = input;
  const opened = await openRunJournal(context, {
    ...(document !== undefined && { document }),
    ...(resumes !== undefined && { resumes }),
    ...(rollsBack !== undefined && { rollsBack }),
  });
  if (!opened.ok) {
    printDiagnostics(opened.diagnostics, context.stderr);
    return exitCodeFor(opened.diagnostics);
  }
  const journal = opened.value;
  const session: Session = {
    run: journal.run,
    record: journal.record,
    journal,
    locks: locksOfRun(
      journal.run,
      execByHost(fleet),
      { ...context, signal: journal.signal },
      input.continues,
    ),
    // A diff of the plugin contract is answered by its result alone.
    report: runReport(
      context,
      context.flags.json && input.is === 'diff' ? silentTeller : stdoutTeller(context),
    ),
    fleet,
    exec: journal.through(execByHost(fleet)),
    isBegun: input.is === 'run',
    context: { ...context, signal: journal.signal },
    input,
    brakes,
    ran: {
      run: journal.run,
      timestamp: Math.floor(Date.now() / 1000),
      survey: { clusters: [], unreachable: [] },
      plans: [],
      outcomes: new Map(),
      diagnostics: new Map(),
      troubles: [],
    },
  };
  await tellOpening(
    { type: 'run-started', run: session.run, at: new Date().toISOString(), ...recordOfCaller() },
    session,
  );
  const planned = await givingBack(session.locks, () => planAndApply(session, firstSurvey));
  const trouble = journal.trouble();
  if (trouble !== undefined) await tell({ type: 'diagnostic', diagnostic: trouble }, session);
  const exit = trouble === undefined ? planned : exitCode.invalid;
  await tell({ type: 'run-finished', at: new Date().toISOString(), exit }, session);
  // Who leaves does not wait for nodes.
  await journal.end(exit, context.leave?.aborted === true ? undefined : execByHost(fleet));
  const written = await session.report.write();
  printDiagnostics(diagnosticsOf(written), context.stderr);
  if (context.flags.json) {
    const result = { type: 'result', ...applyResult(session.ran) };
    context.stdout.write(`${JSON.stringify(result)}\n`);
  }
  if (!session.isBegun && exit === exitCode.interrupted) context.stderr.write('Nothing was applied.\n');
  if (session.isBegun && (exit === exitCode.interrupted || journal.isUnsettled()))
    context.stderr.write(`To go on with it: ${await resumeCommand(input.resumes ?? journal.run)}\n`);
  return exit === exitCode.done && !written.ok ? exitCode.invalid : exit;
}

/** Done a second time when another run was waited for, which has changed something; the locks are held by then. */
async function planAndApply(session: Session, askNodes: typeof firstSurvey): Promise<number> {
  const { context, fleet, brakes } = session;
  const started = performance.now();
  const survey = await askNodes(fleet, context.stderr);
  if (context.signal.aborted) return exitCode.interrupted;
  const planned = await session.input.plan(survey, {
    run: session.run,
    exec: session.exec,
    tell: (event) => tell(event, session),
    signal: context.signal,
  });
  if (context.signal.aborted && !planned.ok && planned.diagnostics.length === 0) return exitCode.interrupted;
  if (!planned.ok) return complain(planned.diagnostics, session);
  const plan = checkpointed(planned.value, session);
  const { plans } = plan;
  const over = overCeilings(plans, brakes);
  const seconds = (performance.now() - started) / 1000;
  for (const event of openingEvents(plan, over, seconds)) await tellOpening(event, session);
  session.ran = {
    ...session.ran,
    survey: plan.survey,
    troubles: [...troublesOf(plan), ...over, ...notBack(plan)],
  };
  if (!context.flags.json) {
    context.stdout.write(session.input.details?.(plan.survey) ?? '');
    showPlan(plan, brakes, context, session.input.nothing);
  }
  if (plan.refusals.length + over.length > 0) return refuse(plan, over, context);
  if (plans.length === 0) return ended(exitCodeFor(troublesOf(plan)), plan);
  const objection = context.flags.yes ? undefined : await confirm(plans, context);
  session.ran = { ...session.ran, plans };
  if (objection === undefined) return lockAndCarryOut(plan, session);
  return context.signal.aborted ? exitCode.interrupted : complain([objection], session);
}

/** One run at a time changes a cluster. */
async function lockAndCarryOut(plan: DocumentPlan, session: Session): Promise<number> {
  const { context, locks } = session;
  const changed = new Set(plan.plans.map(({ cluster }) => cluster));
  const { refused, waited } = await locks.take(
    plan.survey.clusters.filter(({ cluster }) => changed.has(cluster)),
  );
  if (context.signal.aborted) return exitCode.interrupted;
  if (waited && refused.length === 0) return planAndApply(session, surveyNodes);
  if (refused.length === 0) return ended(await carryOut(plan, session), plan);
  return complain(refused, session);
}
