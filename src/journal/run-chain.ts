import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import { listRuns } from './journal-directory.ts';
import type { RunSummary } from './run-summary.ts';
import { summarizeRun } from './run-summary.ts';
import { runFile } from './run-file.ts';

/** A run, and after it those that resumed it, in the order in which they began. */
export interface RunChain {
  /** The first one: units on nodes bear its id. */
  readonly first: string;
  readonly runs: readonly [RunSummary, ...RunSummary[]];
}

/** The chain that a run is in, be it its first or a later one. */
export async function chainOf(directory: string, run: string): Promise<Result<RunChain>> {
  const chains = await listChains(directory, run);
  if (!chains.ok) return chains;
  const found = chains.value.find(({ runs }) => runs.some((each) => each.run === run));
  if (found !== undefined) return ok(found);
  // Its first run's file is gone.
  const alone = await summarizeRun(run, runFile(directory, run));
  return ok({ first: alone.opened?.resumes ?? run, runs: [alone] });
}

/** All chains of a directory, that of the newest run last; `since` leaves out what is older than the first run of that chain. */
export async function listChains(directory: string, since?: string): Promise<Result<readonly RunChain[]>> {
  const listed = await listRuns(directory);
  if (!listed.ok) return listed;
  const start = since === undefined ? undefined : await summarizeRun(since, runFile(directory, since));
  const from = start?.opened?.resumes ?? since ?? '';
  const summaries = await Promise.all(
    listed.value.filter((run) => run >= from).map((run) => summarizeRun(run, runFile(directory, run))),
  );
  return ok(chainsOf(summaries));
}

/** Runs, the oldest first, sorted into chains; the chain whose last run is the newest comes last. */
export function chainsOf(summaries: readonly RunSummary[]): readonly RunChain[] {
  const chains = new Map<string, RunChain>();
  for (const summary of summaries) {
    const before = chains.get(summary.opened?.resumes ?? summary.run);
    if (before === undefined) {
      if (summary.opened?.resumes === undefined)
        chains.set(summary.run, { first: summary.run, runs: [summary] });
      continue;
    }
    chains.delete(before.first);
    chains.set(before.first, { ...before, runs: [...before.runs, summary] });
  }
  return [...chains.values()];
}
