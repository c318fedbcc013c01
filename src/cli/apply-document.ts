import { apply } from '../apply/apply.ts';
import type { ClusterLocks } from '../apply/cluster-locks.ts';
import { givingBack } from '../apply/cluster-locks.ts';
import type { Event, Recorder, ReportEvent, Outcome } from '../apply/event.ts';
import type { Exec } from '../apply/exec.ts';
import type { Ran } from '../contract/apply-result.ts';
import { applyResult } from '../contract/apply-result.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { diagnosticsOf } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import { troubleOf } from '../documents/plan-document.ts';
import type { Brakes } from '../plan/brakes.ts';
import { overCeilings } from '../plan/brakes.ts';
import { withBackups } from '../plan/with-backups.ts';
import { withCheckpoints } from '../plan/with-checkpoints.ts';
import type { WaitsForRestart } from '../plan/waits-for-restart.ts';
import { waitsForRestart } from '../plan/waits-for-restart.ts';
import type { ApplyInput } from './apply-input.ts';
import { exitOf, recapOf } from './apply-outcome.ts';
import type { CliContext } from './command.ts';
import { confirm } from './confirm.ts';
import type { Fleet } from './connect.ts';
import { execByHost } from './exec-by-host.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';
import type { lockFlags, nodeFlags, reportFlags } from './flags.ts';
import { printDiagnostics } from './print-diagnostics.ts';
import { resumeCommand } from './resume-command.ts';
import { locksOfRun } from './run-locks.ts';
import type { RunJournal } from './run-record.ts';
import { openRunJournal, recordOfCaller } from './run-record.ts';
import type { RunReport } from './run-report.ts';
import { runReport, silentTeller, stdoutTeller } from './run-report.ts';
import { showPlan } from './show-plan.ts';
import { surveyNodes } from './survey-nodes.ts';

type ApplyContext = CliContext<
  typeof nodeFlags & typeof lockFlags & typeof reportFlags & { readonly yes: { readonly help: string } }
>;

/** Surveys, plans, shows, asks, applies; gives the exit code. When anything is refused, nothing is applied. */
export async function applyDocument(
  input: ApplyInput,
  brakes: Brakes,
  fleet: Fleet,
  context: ApplyContext,
): Promise<number> {
  const { resumes, rollsBack } = input;
  const opened = await openRunJournal(context, {
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
  const planned = await givingBack(session.locks, () => planAndApply(session));
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
  if (session.isBegun && (exit === exitCode.interrupted || journal.isUnsettled()))
    context.stderr.write(`To go on with it: ${await resumeCommand(input.resumes ?? journal.run)}\n`);
  return exit === exitCode.done && !written.ok ? exitCode.invalid : exit;
}

interface Session {
  readonly run: string;
  readonly record: Recorder;
  readonly journal: RunJournal;
  readonly locks: ClusterLocks;
  readonly report: RunReport;
  readonly fleet: Fleet;
  readonly exec: Exec;
  readonly context: ApplyContext;
  readonly input: ApplyInput;
  readonly brakes: Brakes;
  /** Its plan is being carried out. */
  isBegun: boolean;
  /** What the result tells, as far as it has come. */
  ran: Ran;
}

/** Done a second time when another run was waited for, which has changed something. */
async function planAndApply(session: Session): Promise<number> {
  const { context, fleet, brakes } = session;
  const started = performance.now();
  const survey = await surveyNodes(fleet, context.stderr);
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
  if (waited && refused.length === 0) return planAndApply(session);
  if (refused.length === 0) return ended(await carryOut(plan, session), plan);
  return complain(refused, session);
}

/** With --checkpoint a plan keeps first what it changes. */
function checkpointed(plan: DocumentPlan, { run, input }: Session): DocumentPlan {
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

/** A program that asks for a rollback counts on having all of it. */
function notBack({ stays = [] }: DocumentPlan): readonly Diagnostic[] {
  return stays.map((each) => ({ ...each, severity: 'error' }));
}

/** A rollback that went well, and did not bring all back, has found something. */
function ended(exit: number, { stays = [] }: DocumentPlan): number {
  return exit === exitCode.done && stays.length > 0 ? exitCode.pending : exit;
}

/** Why some of it can't be done; a resumed run leaves out what somebody else has changed. */
function troublesOf(plan: DocumentPlan): readonly Diagnostic[] {
  return [...troubleOf(plan), ...plan.warnings.filter(({ severity }) => severity === 'error')];
}

async function complain(diagnostics: readonly Diagnostic[], session: Session): Promise<number> {
  session.ran = { ...session.ran, troubles: diagnostics };
  for (const diagnostic of diagnostics) {
    await session.record({ type: 'diagnostic', diagnostic });
    session.report.know({ type: 'diagnostic', diagnostic });
  }
  printDiagnostics(diagnostics, session.context.stderr);
  return exitCodeFor(diagnostics);
}

/** What had happened before anybody was asked; to people showPlan tells it. */
function openingEvents(
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

function refuse(plan: DocumentPlan, over: readonly Diagnostic[], { stderr }: ApplyContext): number {
  const count = plan.refusals.length;
  const resources = `${count} ${count === 1 ? 'resource is' : 'resources are'} refused`;
  stderr.write(`Nothing was applied: ${count === 0 ? 'the plan is refused' : resources}.\n`);
  return exitCodeFor([...troubleOf(plan), ...over]);
}

async function tell(event: Event, { record, report }: Session): Promise<void> {
  await record(event);
  report.tell(event);
}

/** What comes before the question; to people showPlan tells it. */
async function tellOpening(event: Event, { record, report }: Session): Promise<void> {
  await record(event);
  report.know(event);
}

async function carryOut(plan: DocumentPlan, session: Session): Promise<number> {
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
