import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { checkDirectory } from '../journal/check-directory.ts';
import type { Entry } from '../journal/entry.ts';
import { findRun, readJournals } from '../journal/journal-directory.ts';
import { readRun } from '../journal/read-run.ts';
import type { RunChain } from '../journal/run-chain.ts';
import { chainOf, listChains } from '../journal/run-chain.ts';
import type { RunSummary } from '../journal/run-summary.ts';
import { runFile } from '../journal/run-file.ts';
import { processOf } from '../journal/run-process.ts';
import type { RunState } from '../journal/run-state.ts';
import { openSteps, restOf, stateOf } from '../journal/run-state.ts';
import type { Brakes } from '../plan/brakes.ts';
import { parseBrakes } from '../plan/parse-brakes.ts';
import { parsePlans } from '../plan/parse-saved-plan.ts';

/** A run that is to be gone on with: what it and those that resumed it have recorded. */
export interface ResumedRun {
  readonly chain: RunChain;
  readonly entries: readonly Entry[];
  /** The first run's command line. */
  readonly argv: readonly string[];
  /** The document that the first run's plan was made of, where it was one. */
  readonly document: string | undefined;
  /** A playbook, or a self-test: what is left of it is done by running it again. */
  readonly plansAsItGoes: boolean;
}

/** Chains that are looked at for the last one that is unfinished. */
const LOOKED_AT = 50;

/** Reads the run that a user means, or the last unfinished one; refused when its journals are not as they were written. */
export async function findResumed(directory: string, name: string | undefined): Promise<Result<ResumedRun>> {
  if (name === undefined) return lastUnfinished(directory);
  const run = await findRun(directory, name);
  if (!run.ok) return run;
  const chain = await chainOf(directory, run.value);
  return chain.ok ? readResumed(directory, chain.value) : chain;
}

async function lastUnfinished(directory: string): Promise<Result<ResumedRun>> {
  const chains = await listChains(directory);
  if (!chains.ok) return chains;
  for (const chain of chains.value.slice(-LOOKED_AT).toReversed()) {
    if (chain.runs.at(-1)?.closed?.exit === 0) continue;
    const resumed = await readResumed(directory, chain);
    if (!resumed.ok || isUnfinished(resumed.value)) return resumed;
  }
  return fail({
    code: 'resume/none',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot resume the last run: of the last ${LOOKED_AT} in ${directory} none is unfinished; one that was interrupted, killed or halted is wanted`,
    hint: 'All runs: pvefleet history',
  });
}

/** Something of it is left for "resume" to do. */
export function isUnfinished({ chain, entries, plansAsItGoes }: ResumedRun): boolean {
  const state = stateOf(entries);
  // A command of a task has no name on its node: nobody finds it again.
  if (openSteps(state).some(({ started }) => !plansAsItGoes || started.unit !== undefined)) return true;
  const { closed } = chain.runs.at(-1) ?? {};
  if (plansAsItGoes) return chain.runs.length === 1 && (closed === undefined || closed.exit === 130);
  return state.approved !== undefined && restOf(state.planned, chain.first, state.steps).plans.length > 0;
}

/** What a chain has recorded. */
export async function readResumed(directory: string, chain: RunChain): Promise<Result<ResumedRun>> {
  const names = chain.runs.map(({ run }) => run);
  const journals = await readJournals(directory, names);
  if (!journals.ok) return journals;
  const [finding] = checkDirectory(journals.value);
  if (finding !== undefined) {
    const line = finding.line === undefined ? '' : `:${finding.line}`;
    return fail(
      cannot(
        chain.first,
        'resume/journal',
        'refused',
        `its journal ${finding.file}${line} is not as it was written: ${finding.what}`,
        'Look at it: pvefleet audit verify. To do what is left without it, plan again.',
      ),
    );
  }
  const read = await Promise.all(names.map((run) => readRun(runFile(directory, run))));
  const entries = read.flatMap(({ records }) => records.map(({ event }) => event));
  const isKnown = entries.every((entry) => entry.type !== 'planned' || parsePlans(entry.plans) !== undefined);
  const opened = read[0]?.opened;
  if (!isKnown || opened === undefined)
    return fail(
      cannot(
        chain.first,
        'resume/unknown',
        'invalid',
        'its plan is none that this version makes; the version that began it is wanted',
        'Or plan again: what is done already is left alone.',
      ),
    );
  const { argv, document } = opened;
  return ok({
    chain,
    entries,
    argv,
    document,
    plansAsItGoes: argv[0] === 'selftest' || entries.some(({ type }) => type === 'play-started'),
  });
}

/** Why a run may not be gone on with now: somebody else does, or may. */
export async function heldBy(
  first: string,
  runs: readonly RunSummary[],
  isGone: boolean,
): Promise<readonly Diagnostic[]> {
  const found = await Promise.all(
    runs.map(async ({ run, opened, closed }): Promise<readonly Diagnostic[]> => {
      if (opened === undefined || closed !== undefined) return [];
      const who = await processOf(opened);
      const { host } = opened.caller;
      if (who === 'alive')
        return [
          cannot(
            first,
            'resume/held',
            'stale',
            `process ${opened.process?.pid} still works on it (run ${run})`,
            'Wait until it has ended, or end it: kill it with SIGINT.',
          ),
        ];
      if (who === 'gone' || isGone) return [];
      return [
        cannot(
          first,
          'resume/held',
          'stale',
          `run ${run} was begun on ${host}, and whether it goes on there can't be told here`,
          `Resume it on ${host}; or, when it is sure that its process is gone there, with --gone.`,
        ),
      ];
    }),
  );
  return found.flat();
}

/** Whether a state is one that there is something to go on with. */
export function notBegun({ first }: RunChain, { approved }: RunState): Diagnostic | undefined {
  if (approved !== undefined) return undefined;
  return cannot(
    first,
    'resume/not-begun',
    'invalid',
    'it was ended before anybody said yes to its plan, and did nothing; one that was begun is wanted',
    'Give its own command again: pvefleet history shows it.',
  );
}

export function cannot(
  run: string,
  code: string,
  trouble: Diagnostic['trouble'],
  what: string,
  hint: string,
): Diagnostic {
  return { code, severity: 'error', trouble, message: `Cannot resume run ${run}: ${what}`, hint };
}

/** The brakes that the run began with. Its plan has passed the ceilings. */
export function brakesOf({ entries }: ResumedRun): Brakes {
  const approved = entries.find((entry) => entry.type === 'approved');
  return (approved && parseBrakes(approved.brakes)) ?? { maxRestarts: Infinity, pauseSeconds: 0 };
}
