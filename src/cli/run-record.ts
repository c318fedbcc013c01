import type { Event } from '../apply/event.ts';
import type { Exec } from '../apply/exec.ts';
import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Entry } from '../journal/entry.ts';
import { hideTexts } from '../journal/hide-texts.ts';
import type { Journal } from '../journal/journal.ts';
import { openJournal } from '../journal/journal.ts';
import { keepHeadScript, logLine } from '../journal/node-heads.ts';
import { runId } from '../journal/run-id.ts';
import { stateDirectory } from '../journal/state-directory.ts';
import { jsonLinesReport } from '../report/json-lines.ts';
import { terminalReport } from '../report/terminal.ts';
import { callerOf, callerName, recordedArgv } from './caller.ts';
import type { CliContext } from './command.ts';
import type { nodeFlags } from './flags.ts';
import { sealRun } from './seal-run.ts';

type RunContext = Pick<CliContext<typeof nodeFlags>, 'flags' | 'env' | 'stdout' | 'signal' | 'mask'>;

/** A run with its journal: what happens is recorded, and told to the nodes it happens on. */
export interface RunRecord extends Pick<Journal, 'run' | 'record'> {
  /** Shell text that leaves a line about a step in the node's own log. */
  readonly note: (step: string) => string;
  /** The same for a run of which this is all on that node: the journal's head is kept there too, if that may be. */
  readonly noteAndHead: (step: string) => string;
  /** Notes the hosts that something is sent to; they get the run's head at its end. */
  readonly through: (exec: Exec) => Exec;
  /** Ends the journal: signs its head, and has the hosts keep it. */
  readonly end: (exit: number, exec?: Exec) => Promise<void>;
}

/** The record of a new run, which has an id of its own. */
export async function openRunRecord(
  context: Pick<RunContext, 'flags' | 'env' | 'mask'>,
): Promise<Result<RunRecord>> {
  const directory = stateDirectory(context.flags.state, context.env);
  const caller = callerOf(context.env);
  try {
    const journal = await openJournal({
      run: runId(new Date()),
      directory,
      caller,
      argv: recordedArgv(process.argv.slice(2)),
      hide: (entry) => hideTexts(entry, context.mask),
    });
    return ok(recordOf(journal, callerName(caller), context));
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

function recordOf(
  journal: Journal,
  by: string,
  context: Pick<RunContext, 'flags' | 'env' | 'mask'>,
): RunRecord {
  const counts = { done: 0, failed: 0, notRun: 0 };
  const touched = new Set<string>();
  const note = (step: string): string =>
    logLine({ run: journal.run, step, user: by, head: journal.head().head });
  return {
    run: journal.run,
    record: async (entry: Entry) => {
      if (entry.type === 'step-finished' || entry.type === 'command-finished')
        counts[entry.outcome === 'not-run' ? 'notRun' : entry.outcome]++;
      if (entry.type === 'command-started') touched.add(entry.host);
      await journal.record(entry);
    },
    note,
    noteAndHead: (step) =>
      `${note(step)}\n(${keepHeadScript(headNow(journal, by))}) </dev/null >/dev/null 2>&1 || :\n`,
    through: (exec) => (host, script, options) => {
      touched.add(host);
      return exec(host, script, options);
    },
    end: async (exit, exec) => {
      await journal.record({ type: 'closed', exit, ...counts, touched: [...touched] });
      const hosts = exec === undefined ? [] : [...touched];
      await journal.record(
        await sealRun(journal, hosts, `${note('end')}\n${keepHeadScript(headNow(journal, by))}`, {
          ...context,
          exec,
        }),
      );
      await journal.close();
    },
  };
}

function headNow(journal: Journal, by: string) {
  const { id, run, directory } = journal;
  return { at: new Date().toISOString(), by, directory, ...journal.head(), journal: id, run };
}

/** How a run is told: as JSON lines with --json, else for people. */
export function makeReport({
  flags,
  stdout,
  signal,
}: Pick<RunContext, 'flags' | 'stdout' | 'signal'>): (event: Event) => void {
  return flags.json ? jsonLinesReport(stdout) : terminalReport(stdout, signal);
}
