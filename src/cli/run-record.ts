import { userInfo } from 'node:os';
import type { Event } from '../apply/event.ts';
import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { openJournal, runId, stateDirectory } from '../journal/journal.ts';
import { jsonLinesReport } from '../report/json-lines.ts';
import { terminalReport } from '../report/terminal.ts';
import type { CliContext } from './command.ts';
import type { nodeFlags } from './flags.ts';
import type { GuardedJournal } from './guarded-journal.ts';
import { guardJournal } from './guarded-journal.ts';

type RunContext = Pick<CliContext<typeof nodeFlags>, 'flags' | 'env' | 'stdout' | 'signal'>;

/** The journal of a new run, which has an id of its own. */
export async function openRunJournal({
  flags,
  env,
  signal,
}: Pick<RunContext, 'flags' | 'env' | 'signal'>): Promise<Result<GuardedJournal & { readonly run: string }>> {
  const directory = stateDirectory(flags.state, env);
  const run = runId(new Date());
  try {
    return ok({ ...guardJournal(await openJournal(run, directory), signal), run });
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

/** How a run is told: as JSON lines with --json, else for people. */
export function makeReport({
  flags,
  stdout,
  signal,
}: Pick<RunContext, 'flags' | 'stdout' | 'signal'>): (event: Event) => void {
  return flags.json ? jsonLinesReport(stdout) : terminalReport(stdout, signal);
}

/** Who runs what, for the journal. Values of variables may be secrets: they are left out. */
export function recordOfCaller(): { readonly argv: readonly string[]; readonly user: string } {
  const argv = process.argv.slice(2).map((word, index, all) => {
    // -e may stand behind short flags that take no value: -Ce name=value.
    if (/^(?:-[CDy]*e|--extra-vars)$/u.test(all[index - 1] ?? '')) return '...';
    return word.replace(/^(?<flag>-[CDy]*e|--extra-vars=).+$/su, '$<flag>...');
  });
  return { argv, user: userInfo().username };
}
