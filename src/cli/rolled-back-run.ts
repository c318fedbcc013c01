import type { Diagnostic, Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import { checkDirectory } from '../journal/check-directory.ts';
import { findRun, readJournals } from '../journal/journal-directory.ts';
import type { RunRecords } from '../journal/read-run.ts';
import { readRun } from '../journal/read-run.ts';
import type { RunChain } from '../journal/run-chain.ts';
import { chainOf, listChains } from '../journal/run-chain.ts';
import { runFile } from '../journal/run-file.ts';
import { processOf } from '../journal/run-process.ts';
import type { AppliedRun } from '../rollback/applied-run.ts';
import { appliedRun } from '../rollback/applied-run.ts';

/** A run, with those that resumed it. */
export interface ReadChain {
  /** The first one. */
  readonly run: string;
  readonly records: readonly RunRecords[];
  readonly applied: AppliedRun;
}

/** What stands against taking it back, and what is to be known of it. */
export async function problemsOf(
  directory: string,
  { run, records }: ReadChain,
): Promise<readonly Diagnostic[]> {
  return [...(await flawsOf(directory, run, records)), ...(await underWay(run, records))];
}

export async function chainNamed(directory: string, name: string): Promise<Result<ReadChain>> {
  const found = await findRun(directory, name);
  if (!found.ok) return found;
  const chain = await chainOf(directory, found.value);
  return chain.ok ? ok(await readChain(directory, chain.value)) : chain;
}

/** The last run that began a change; the very last one where none did. */
export async function lastChange(directory: string): Promise<Result<ReadChain>> {
  const chains = await listChains(directory);
  if (!chains.ok) return chains;
  for (const chain of chains.value.toReversed()) {
    const read = await readChain(directory, chain);
    if (read.applied.changes.length > 0) return ok(read);
  }
  return chainNamed(directory, 'last');
}

async function readChain(directory: string, { first, runs }: RunChain): Promise<ReadChain> {
  const records = await Promise.all(runs.map(({ run }) => readRun(runFile(directory, run))));
  const entries = records.flatMap((each) => each.records.map(({ event }) => event));
  return { run: first, records, applied: appliedRun(entries) };
}

/** By themselves, and by what the directory knows of them: an end that was cut off shows there only. */
async function flawsOf(
  directory: string,
  run: string,
  records: readonly RunRecords[],
): Promise<readonly Diagnostic[]> {
  const names = records.map((each) => each.run);
  const journals = await readJournals(directory, names);
  if (!journals.ok) return journals.diagnostics;
  return checkDirectory(journals.value).map(({ file, line, what }) =>
    notTrusted(run, `${file}${line === undefined ? '' : `:${line}`}: ${what}`),
  );
}

/** One of its runs has no end: an error while its process is there, else a word. */
async function underWay(run: string, records: readonly RunRecords[]): Promise<readonly Diagnostic[]> {
  const open = records.filter(({ opened, closed }) => opened !== undefined && closed === undefined);
  const found = open.map(async ({ opened }) => {
    const who = opened === undefined ? 'gone' : await processOf(opened);
    return who === 'alive' ? [stillRuns(run)] : who === 'elsewhere' ? [noEnd(run)] : [];
  });
  return (await Promise.all(found)).flat();
}

function notTrusted(run: string, flaw: string): Diagnostic {
  return {
    code: 'rollback/journal',
    severity: 'error',
    trouble: 'refused',
    message: `Cannot roll back ${run}: its journal ${flaw}; one as it was written is wanted`,
    hint: `See: pvefleet audit verify ${run}`,
  };
}

function noEnd(run: string): Diagnostic {
  return {
    code: 'rollback/no-end',
    severity: 'warning',
    trouble: 'stale',
    message: `${run} has no end, and whether it goes on where it was begun can't be told here; what it begins after this is not taken back`,
  };
}

function stillRuns(run: string): Diagnostic {
  return {
    code: 'rollback/still-runs',
    severity: 'error',
    trouble: 'stale',
    message: `Cannot roll back ${run}: it is still under way; one that has ended is wanted`,
    hint: 'Wait until it has ended, or end it with Ctrl-C.',
  };
}
