import { givingBack } from '../apply/cluster-locks.ts';
import type { ClusterLocks } from '../apply/cluster-locks.ts';
import type { Exec } from '../apply/exec.ts';
import { whenAborted } from '../apply/leaving.ts';
import { pause } from '../apply/pause.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { CleanedUp } from '../selftest/clean-up.ts';
import { cleanUp } from '../selftest/clean-up.ts';
import { findPlace } from '../selftest/find-place.ts';
import type { RanSteps } from '../selftest/run-steps.ts';
import { runSteps, uniqueByMessage } from '../selftest/run-steps.ts';
import type { TestMeans } from '../selftest/try-step.ts';
import { lookAgain } from '../selftest/try-step.ts';
import type { Survey } from '../snapshot/survey.ts';
import { survey } from '../snapshot/survey.ts';
import { confirm } from './confirm.ts';
import type { Fleet } from './connect.ts';
import { openFleet } from './connect.ts';
import { execByHost } from './exec-by-host.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';
import { usageError } from './parse-flags.ts';
import { printDiagnostics } from './print-diagnostics.ts';
import { recordCommand } from './record-command.ts';
import { locksOfRun } from './run-locks.ts';
import type { RunJournal } from './run-record.ts';
import { openRunJournal, recordOfCaller } from './run-record.ts';
import type { SelftestContext } from './selftest.ts';
import type { Prepared } from './selftest-prepare.ts';
import { prepareSelftest } from './selftest-prepare.ts';
import { tellReport } from './selftest-report.ts';
import type { SelftestRequest } from './selftest-request.ts';
import { showEnd, showInterruption, showNotTried, showProgress, showSteps, silent } from './selftest-text.ts';
import { firstSurvey } from './survey-nodes.ts';

/** What all parts of one self-test share. */
interface Session {
  readonly request: SelftestRequest;
  readonly context: SelftestContext;
  readonly fleet: Fleet;
  readonly journal: RunJournal;
  readonly locks: ClusterLocks;
  readonly exec: Exec;
}

/** Opens the connection and the journal, tests, and closes both; gives the exit code. */
export async function selftestOnFleet(
  request: SelftestRequest,
  context: SelftestContext,
): Promise<Result<number>> {
  const fleet = await openFleet(context, request.host);
  if (!fleet.ok) return fleet;
  try {
    const [node, ...others] = fleet.value.nodes;
    if (node === undefined || others.length > 0)
      return fail(
        notOne(
          request.host,
          fleet.value.nodes.map(({ name }) => name),
        ),
      );
    const journal = await openRunJournal(context);
    if (!journal.ok) return journal;
    const { run, signal } = journal.value;
    const session: Session = {
      request: { ...request, host: node.name },
      context: { ...context, signal },
      fleet: fleet.value,
      journal: journal.value,
      locks: locksOfRun(run, execByHost(fleet.value), { ...context, signal }),
      exec: journal.value.through(execByHost(fleet.value)),
    };
    const working = recorded(session);
    context.hold?.(working);
    return ok(await working);
  } finally {
    await fleet.value.pool.close();
  }
}

/** The test between the first and the last record of its journal. */
async function recorded(session: Session): Promise<number> {
  const { context, journal, locks, exec } = session;
  const at = (): string => new Date().toISOString();
  await journal.record({ type: 'run-started', run: journal.run, at: at(), ...recordOfCaller() });
  const tested = await givingBack(locks, () => prepareAndTest(session));
  const trouble = journal.trouble();
  const diagnostics = [...(tested.ok ? [] : tested.diagnostics), ...(trouble === undefined ? [] : [trouble])];
  for (const diagnostic of diagnostics) await journal.record({ type: 'diagnostic', diagnostic });
  printDiagnostics(diagnostics, context.stderr);
  const exit = exitOf(tested, trouble, context);
  await journal.record({ type: 'run-finished', at: at(), exit });
  // Who leaves does not wait for nodes.
  await journal.end(exit, context.leave?.aborted === true ? undefined : exec);
  return exit;
}

function exitOf(
  tested: Result<number>,
  trouble: Diagnostic | undefined,
  { signal }: SelftestContext,
): number {
  if (trouble !== undefined) return exitCode.invalid;
  if (tested.ok) return tested.value;
  return signal.aborted ? exitCode.interrupted : exitCodeFor(tested.diagnostics);
}

/** Nothing is changed before somebody has seen what will be done. */
async function prepareAndTest(session: Session): Promise<Result<number>> {
  const { request, context, fleet, locks, exec } = session;
  const { stderr, flags } = context;
  const found = await firstSurvey(fleet, stderr);
  if (context.signal.aborted) return fail();
  const prepared = await prepareSelftest(found, request, exec, (secrets) => context.hide(secrets));
  if (!prepared.ok) return prepared;
  const { place, steps } = prepared.value;
  if (!flags.json) showSteps(prepared.value, stderr);
  const plans = [
    {
      cluster: place.cluster,
      changes: steps.flatMap((step) => step.plans.flatMap(({ changes }) => changes)),
    },
  ];
  const objection = flags.yes ? undefined : await confirm(plans, context);
  if (objection !== undefined) return fail(objection);
  const { refused } = await locks.take(found.clusters);
  if (refused.length > 0) return fail(...refused);
  if (context.signal.aborted) return fail();
  const means = meansOf(session, prepared.value);
  const known = await lookAgain(means);
  if (!known.ok) return known;
  // Another run may have been waited for.
  const still = findPlace(known.value.survey, request);
  if (!still.ok) return still;
  if (!flags.json) stderr.write('\n');
  const forget = whenAborted(context.signal, () => showInterruption(stderr));
  const ended = await runSteps(steps, known.value, means, flags.json ? silent : showProgress(steps, stderr));
  forget();
  const lost = locks.lost();
  const ran = lost === undefined ? ended : { ...ended, trouble: [...ended.trouble, lost] };
  if (!flags.json) showNotTried(ran.results, stderr);
  const cleaned = await tidy(means, ran, session);
  return finish(known.value.survey, prepared.value, ran, cleaned, session);
}

function meansOf({ context, fleet, journal, locks, exec, request }: Session, { place }: Prepared): TestMeans {
  const leftOut = fleet.inventory.nodes.filter((node) => !fleet.nodes.includes(node));
  return {
    run: journal.run,
    place,
    exec,
    record: journal.record,
    mayChange: locks.mayChange,
    note: journal.note,
    signal: AbortSignal.any([context.signal, locks.signal]),
    ...(context.leave !== undefined && { leave: context.leave }),
    survey: () => survey(fleet.nodes, exec, leftOut),
    pause: (seconds) => pause(seconds, context.leave),
    send: (command, script) =>
      recordCommand(
        journal,
        { host: request.host, command },
        () => exec(request.host, script),
        ({ exit }) => ({ outcome: exit === 0 ? 'done' : 'failed', exit }),
      ),
  };
}

/** Removes what is left, whatever came before; an interruption does not stop it, a second one does. */
async function tidy(
  means: TestMeans,
  { begun, trouble }: RanSteps,
  { context, request }: Session,
): Promise<CleanedUp> {
  const cleaned = await cleanUp(means, begun);
  printDiagnostics(uniqueByMessage([...trouble, ...cleaned.diagnostics]), context.stderr);
  showEnd(cleaned, request.host, context.stderr);
  return cleaned;
}

async function finish(
  found: Survey,
  prepared: Prepared,
  ran: RanSteps,
  cleaned: CleanedUp,
  { context, fleet, request }: Session,
): Promise<Result<number>> {
  const report = await tellReport({ found, prepared, ran, cleaned }, request, fleet, context);
  if (!report.ok) return report;
  if (context.signal.aborted) return ok(exitCode.interrupted);
  if (cleaned.left.length > 0) return ok(exitCode.failed);
  if (ran.trouble.length > 0) return ok(exitCodeFor(ran.trouble));
  return ok(report.value.differing + report.value.notTried > 0 ? exitCode.pending : exitCode.done);
}

function notOne(pattern: string, names: readonly string[]): Diagnostic {
  return usageError(
    'cli/arguments',
    `Cannot run selftest: --node ${pattern} means ${names.length} hosts (${names.slice(0, 8).join(', ')}); one is wanted`,
    'selftest',
  );
}
