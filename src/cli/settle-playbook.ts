import { giveBackOf } from '../apply/cluster-locks.ts';
import { LOCALHOST, LOOPBACK } from '../inventory/localhost.ts';
import { openSteps, stateOf } from '../journal/run-state.ts';
import { shJoin } from '../text/sh-quote.ts';
import type { CliContext } from './command.ts';
import type { Fleet } from './connect.ts';
import { execByHost } from './exec-by-host.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';
import { printDiagnostics } from './print-diagnostics.ts';
import type { flags } from './resume.ts';
import type { ResumedRun } from './resumed-run.ts';
import { openRunJournal, recordOfCaller } from './run-record.ts';
import { stdoutTeller } from './run-report.ts';
import { settleSteps } from './settle-steps.ts';
import { firstSurvey } from './survey-nodes.ts';

/**
 * Finds out how the steps of a playbook's run ended that were under way, and says how the rest is done: by running it again,
 * since each task is planned when its turn comes. Gives the exit code: pending, as that is left to do.
 */
export async function settlePlaybook(
  { chain, entries, argv }: ResumedRun,
  fleet: Fleet,
  context: CliContext<typeof flags>,
): Promise<number> {
  const { stdout, stderr, flags: given } = context;
  const opened = await openRunJournal(context, { resumes: chain.first });
  if (!opened.ok) {
    printDiagnostics(opened.diagnostics, stderr);
    return exitCodeFor(opened.diagnostics);
  }
  const journal = opened.value;
  const exec = execByHost(fleet);
  const report = stdoutTeller(context);
  await journal.record({
    type: 'run-started',
    run: journal.run,
    at: new Date().toISOString(),
    ...recordOfCaller(),
  });
  const all = openSteps(stateOf(entries));
  // A command of a task has no name on its node: nobody finds it again. This machine is no host of what is opened here.
  const open = all.filter(
    ({ started: { unit, cluster } }) => unit !== undefined && ![LOCALHOST, LOOPBACK].includes(cluster),
  );
  const survey = await firstSurvey(fleet, stderr);
  const settled = await settleSteps(open, survey, {
    exec: journal.through(exec),
    signal: journal.signal,
    tell: async (event) => {
      await journal.record(event);
      report.tell(event);
    },
  });
  const exit = settled.ok
    ? exitCode.pending
    : context.signal.aborted
      ? exitCode.interrupted
      : exitCodeFor(settled.diagnostics);
  // The command that is shown would have to wait until they expire.
  if (settled.ok)
    await giveBackOf(
      chain.runs.map(({ run }) => run),
      survey.clusters,
      exec,
    );
  await journal.end(exit, exec);
  if (!settled.ok) printDiagnostics(settled.diagnostics, stderr);
  if (exit !== exitCode.pending || given.json) return exit;
  const lost = all.filter((each) => !open.includes(each));
  const ended = `${open.length} ${open.length === 1 ? 'step' : 'steps'} that ${open.length === 1 ? 'was' : 'were'} under way ${open.length === 1 ? 'is' : 'are'} settled.`;
  stdout.write(`Of run ${chain.first} ${ended}\n`);
  for (const { started } of lost)
    stdout.write(`What became of this command is not known: ${started.node}: ${started.command}\n`);
  stdout.write(
    `Its tasks are planned one after the other, so the rest is done by running it again. What is as declared is left alone; commands of tasks are run again:\n  ${shJoin(['pvefleet', ...argv])}\n`,
  );
  return exit;
}
