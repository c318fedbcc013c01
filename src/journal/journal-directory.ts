import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { fileError } from '../text/file-error.ts';
import { checkChain } from './check-chain.ts';
import type { JournalDirectory } from './check-directory.ts';
import { headsFile } from './heads.ts';
import { linesOfFile } from './lines-of-file.ts';
import type { CheckedRun } from './read-run.ts';
import { scanRun } from './read-run.ts';
import type { JournalRecord } from './record.ts';
import { runFile, runOfFile } from './run-file.ts';

/** The runs that a directory has journals of, the oldest first. */
export async function listRuns(directory: string): Promise<Result<readonly string[]>> {
  try {
    const names = await readdir(directory);
    return ok(names.flatMap((name) => runOfFile(name) ?? []).toSorted());
  } catch (error) {
    return fail({
      code: 'journal/directory',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot read journals in ${directory}: ${fileError(error)}; a directory with journals is wanted`,
      hint: 'Journals are there once something has run; name another directory with --state DIR.',
    });
  }
}

/** The one run that a user means: its id, the beginning of it, or "last". */
export async function findRun(directory: string, name: string): Promise<Result<string>> {
  const runs = await listRuns(directory);
  if (!runs.ok) return runs;
  const found = name === 'last' ? runs.value.slice(-1) : runs.value.filter((run) => run.startsWith(name));
  const [run, ...others] = found.includes(name) ? [name] : found;
  if (run !== undefined && others.length === 0) return ok(run);
  const what =
    run === undefined
      ? `there is none of that name${didYouMean(name, runs.value)}`
      : `${found.length} begin so; the whole name is wanted`;
  return fail({
    code: 'journal/run',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot find the run ${name} in ${directory}: ${what}`,
    hint: 'All runs: pvefleet history',
  });
}

/** Reads and checks the journals of these runs, or of all. */
export async function readJournals(
  directory: string,
  only: readonly string[] | undefined,
): Promise<Result<JournalDirectory>> {
  const listed = await listRuns(directory);
  if (!listed.ok) return listed;
  const heads = await readHeads(join(directory, headsFile));
  // Runs that began between the two readings are told of by one of them only.
  const again = await listRuns(directory);
  const opened = new Set(
    heads.records.flatMap(({ event }) => (event.type === 'run-opened' ? event.run : [])),
  );
  const begun = (again.ok ? again.value : []).filter((run) => opened.has(run));
  const runs = new Map<string, CheckedRun>();
  for (const run of only ?? [...new Set([...listed.value, ...begun])])
    runs.set(run, await scanRun(runFile(directory, run)));
  return ok({ heads, runs, isWhole: only === undefined });
}

/** What there is to check where there are no journals at all. */
export function noJournals(): JournalDirectory {
  return { heads: { records: [], checked: checkChain().end('') }, runs: new Map(), isWhole: true };
}

async function readHeads(path: string): Promise<JournalDirectory['heads']> {
  const check = checkChain();
  const records: JournalRecord[] = [];
  const rest = await linesOfFile(path, (line) => {
    const record = check.take(line);
    if (record !== undefined) records.push(record);
  }).catch(() => '');
  return { records, checked: check.end(rest) };
}
