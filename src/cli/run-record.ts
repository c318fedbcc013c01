import { clearScript } from '../apply/claim-script.ts';
import type { Recorder } from '../apply/event.ts';
import type { Exec } from '../apply/exec.ts';
import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Entry, Sealed } from '../journal/entry.ts';
import { hideTexts } from '../journal/hide-texts.ts';
import { keepingSecrets } from '../journal/keep-secrets.ts';
import type { Journal, OpenedFor } from '../journal/journal.ts';
import { openJournal } from '../journal/journal.ts';
import { keepHeadScript, logLine } from '../journal/node-heads.ts';
import { stateKey } from '../journal/run-state.ts';
import { runId } from '../journal/run-id.ts';
import { stateDirectory } from '../journal/state-directory.ts';
import type { Plan } from '../plan/plan.ts';
import { localUser } from '../files/local-user.ts';
import { callerName, callerOf, recordedArgv } from './caller.ts';
import type { CliContext } from './command.ts';
import type { nodeFlags } from './flags.ts';
import type { GuardedJournal } from './guarded-journal.ts';
import { guardJournal } from './guarded-journal.ts';
import { printDiagnostics } from './print-diagnostics.ts';
import { sealRun } from './seal-run.ts';

type JournalContext = Pick<CliContext<typeof nodeFlags>, 'flags' | 'env' | 'stderr' | 'signal' | 'mask'>;

/** A run with its journal: what happens is recorded, and told to the nodes it happens on. */
export interface RunJournal extends Pick<Journal, 'run'>, Omit<GuardedJournal, 'path' | 'close'> {
  /** Shell text that leaves a line about a step in the node's own log. */
  readonly note: (step: string) => string;
  /** The same for a run of which this is all on that node: the journal's head is kept there too, if that may be. */
  readonly noteAndHead: (step: string) => string;
  /** Steps have begun, and nobody knows how they ended. */
  readonly isUnsettled: () => boolean;
  /** Records the steps of these plans, and keeps the hashes of the secrets that they set. */
  readonly recordOf: (plans: readonly Plan[], secrets: ReadonlyMap<string, string>) => Recorder;
  /** Notes the hosts that something is sent to; they get the run's head at its end. */
  readonly through: (exec: Exec) => Exec;
  /** Ends the journal: signs its head, and has the hosts keep it. */
  readonly end: (exit: number, exec?: Exec) => Promise<void>;
}

/** The record of a new run, which has an id of its own. */
export async function openRunJournal(
  context: JournalContext,
  of: OpenedFor = {},
): Promise<Result<RunJournal>> {
  const directory = stateDirectory(context.flags.state, context.env);
  const caller = callerOf(context.env);
  try {
    const journal = await openJournal({
      run: runId(new Date()),
      directory,
      caller,
      argv: recordedArgv(process.argv.slice(2)),
      ...of,
      hide: (entry) => hideTexts(entry, context.mask),
    });
    return ok(recordOf(journal, callerName(caller), of.resumes ?? journal.run, context));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail({
      code: 'cli/journal',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot record the run in ${directory}: ${why}`,
      hint: 'Name a directory that you can write to with --state DIR.',
    });
  }
}

function recordOf(journal: Journal, by: string, first: string, context: JournalContext): RunJournal {
  const guarded = guardJournal(journal, context.signal);
  const counts = { done: 0, failed: 0, notRun: 0 };
  const touched = new Set<string>();
  const unsettled = new Set<string>();
  const note = (step: string): string =>
    logLine({ run: journal.run, step, user: by, head: journal.head().head });
  const seal = (exec: Exec | undefined): Promise<Sealed> => {
    const clear = unsettled.size === 0 ? `${clearScript(first)}\n` : '';
    const script = `${clear}${note('end')}\n${keepHeadScript(headNow(journal, by))}`;
    return sealRun(journal, exec === undefined ? [] : [...touched], script, { ...context, exec });
  };
  const record = async (entry: Entry): Promise<void> => {
    if (entry.type === 'step-finished' || entry.type === 'command-finished')
      counts[entry.outcome === 'not-run' ? 'notRun' : entry.outcome]++;
    if (entry.type === 'step-started') unsettled.add(stateKey(entry));
    if (entry.type === 'step-finished' && entry.inDoubt !== true) unsettled.delete(stateKey(entry));
    if (entry.type === 'command-started') touched.add(entry.host);
    await guarded.record(entry);
  };
  return {
    run: journal.run,
    signal: guarded.signal,
    trouble: guarded.trouble,
    isUnsettled: () => unsettled.size > 0,
    record,
    recordOf: (plans, secrets) => keepingSecrets(record, plans, secrets, journal.directory),
    note,
    noteAndHead: (step) =>
      `${note(step)}\n(${keepHeadScript(headNow(journal, by))}) </dev/null >/dev/null 2>&1 || :\n`,
    through: (exec) => (host, script, options) => {
      touched.add(host);
      return exec(host, script, options);
    },
    end: async (exit, exec) => {
      await guarded.record({ type: 'closed', exit, ...counts, touched: [...touched] });
      const known = guarded.trouble();
      // Nobody vouches for a head that is not on disk.
      if (known === undefined) await guarded.record(await seal(exec));
      await guarded.close();
      const trouble = guarded.trouble();
      if (known === undefined && trouble !== undefined) printDiagnostics([trouble], context.stderr);
    },
  };
}

/** Who runs what, for the first event. */
export function recordOfCaller(): { readonly argv: readonly string[]; readonly user: string } {
  return { argv: recordedArgv(process.argv.slice(2)), user: localUser() };
}

function headNow(journal: Journal, by: string) {
  const { id, run, directory } = journal;
  return { at: new Date().toISOString(), by, directory, ...journal.head(), journal: id, run };
}
