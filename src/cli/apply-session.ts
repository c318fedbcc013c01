import type { ClusterLocks } from '../apply/cluster-locks.ts';
import type { Event, Recorder } from '../apply/event.ts';
import type { Exec } from '../apply/exec.ts';
import type { Ran } from '../contract/apply-result.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Brakes } from '../plan/brakes.ts';
import type { ApplyInput } from './apply-input.ts';
import type { CliContext } from './command.ts';
import type { Fleet } from './connect.ts';
import { exitCodeFor } from './exit-code.ts';
import type { lockFlags, nodeFlags, reportFlags } from './flags.ts';
import { printDiagnostics } from './print-diagnostics.ts';
import type { RunJournal } from './run-record.ts';
import type { RunReport } from './run-report.ts';

export type ApplyContext = CliContext<
  typeof nodeFlags & typeof lockFlags & typeof reportFlags & { readonly yes: { readonly help: string } }
>;

/** What all parts of one apply share. */
export interface Session {
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

export async function tell(event: Event, { record, report }: Session): Promise<void> {
  await record(event);
  report.tell(event);
}

/** What comes before the question; to people showPlan tells it. */
export async function tellOpening(event: Event, { record, report }: Session): Promise<void> {
  await record(event);
  report.know(event);
}

/** Why nothing was done; the exit code. */
export async function complain(diagnostics: readonly Diagnostic[], session: Session): Promise<number> {
  session.ran = { ...session.ran, troubles: diagnostics };
  for (const diagnostic of diagnostics) {
    await session.record({ type: 'diagnostic', diagnostic });
    session.report.know({ type: 'diagnostic', diagnostic });
  }
  printDiagnostics(diagnostics, session.context.stderr);
  return exitCodeFor(diagnostics);
}
