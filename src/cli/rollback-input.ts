import { formatAddress } from '../address.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import { planDocument, specAddress } from '../documents/plan-document.ts';
import { findRun } from '../journal/journal-directory.ts';
import type { RunChain } from '../journal/run-chain.ts';
import { chainOf, listChains } from '../journal/run-chain.ts';
import { processOf } from '../journal/run-process.ts';
import { readRun } from '../journal/read-run.ts';
import type { RunRecords } from '../journal/read-run.ts';
import { runFile } from '../journal/run-file.ts';
import { stateDirectory } from '../journal/state-directory.ts';
import { isTarget } from '../plan/target.ts';
import type { AppliedRun } from '../rollback/applied-run.ts';
import { appliedRun } from '../rollback/applied-run.ts';
import { planRollback } from '../rollback/plan-rollback.ts';
import { commandsStay, consentWanted } from '../rollback/rollback-words.ts';
import { toSnapshots, withChanges } from '../rollback/to-snapshots.ts';
import type { Touched } from '../rollback/touched.ts';
import { touchedBy } from '../rollback/touched.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { ApplyInput } from './apply-input.ts';
import { filesText } from './kept-files-text.ts';
import type { CliContext } from './command.ts';
import { usageError } from './parse-flags.ts';
import type { flags } from './rollback.ts';

type RollbackContext = Pick<CliContext<typeof flags>, 'flags' | 'positionals' | 'env'>;

/** Reads the journal of the run that is to be taken back. */
export async function readRollbackInput({
  flags: given,
  positionals,
  env,
}: RollbackContext): Promise<Result<ApplyInput>> {
  const [name, ...others] = positionals;
  if (name === undefined || others.length > 0) {
    const wrong =
      name === undefined ? 'no run is named; one is wanted, or "last"' : `"${others.join(' ')}" is too much`;
    return fail(usageError('cli/arguments', `Cannot run rollback: ${wrong}`, 'rollback'));
  }
  const directory = stateDirectory(given.state, env);
  const found = name === 'last' ? await lastChange(directory) : await chainNamed(directory, name);
  if (!found.ok) return found;
  const { run, records, applied } = found.value;
  const problems = [...flawsOf(run, records), ...(await underWay(run, records))];
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return fail(...errors);
  const all = touchedBy(applied.changes);
  const missed = given.target.filter((target) => !all.some(({ address }) => isTarget(address, [target])));
  if (missed.length > 0) return fail(...missed.map((target) => missedTarget(target, all)));
  const touched =
    given.target.length === 0 ? all : all.filter(({ address }) => isTarget(address, given.target));
  return ok(
    {
      is: 'rollback',
      rollsBack: run,
      plan: (survey) =>
        Promise.resolve(
          planOf({ ...found.value, touched }, survey, {
            allowDestroy: given['allow-destroy'],
            toSnapshot: given['to-snapshot'],
          }),
        ),
      ...(given.files && { details: (survey: Survey) => filesNow(applied, survey) }),
      nothing: ({ stays }) => nothingToDo(run, touched, stays),
    },
    problems,
  );
}

/** A run, with those that resumed it. */
interface ReadChain {
  /** The first one. */
  readonly run: string;
  readonly records: readonly RunRecords[];
  readonly applied: AppliedRun;
}

interface ChainToTakeBack extends ReadChain {
  readonly touched: readonly Touched[];
}

async function chainNamed(directory: string, name: string): Promise<Result<ReadChain>> {
  const found = await findRun(directory, name);
  if (!found.ok) return found;
  const chain = await chainOf(directory, found.value);
  return chain.ok ? ok(await readChain(directory, chain.value)) : chain;
}

/** The last run that began a change; the very last one where none did. */
async function lastChange(directory: string): Promise<Result<ReadChain>> {
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

function flawsOf(run: string, records: readonly RunRecords[]): readonly Diagnostic[] {
  return records.flatMap((each) => {
    const { flaw } = each.checked;
    return flaw === undefined ? [] : [notTrusted(run, `${each.run}.jsonl:${flaw.line}: ${flaw.what}`)];
  });
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

/** What stays is said first, then it is a plan like any other. */
function planOf(
  { run, applied, touched }: ChainToTakeBack,
  survey: Survey,
  { allowDestroy, toSnapshot }: { readonly allowDestroy: boolean; readonly toSnapshot: boolean },
): Result<DocumentPlan> {
  const back = toSnapshot
    ? toSnapshots(touched, run, survey, allowDestroy)
    : { changes: [], refusals: [], others: touched, stays: [] };
  const declaredBy = `rollback of ${run}`;
  const { specs, stays } = planRollback(back.others, applied.left, survey, declaredBy);
  const planned = planDocument(specs, survey, { allowDestroy });
  if (!planned.ok) return planned;
  const plans = withChanges(planned.value.plans, back.changes);
  const refusals = [
    ...planned.value.refusals.map(({ spec, diagnostics }) => ({
      spec,
      diagnostics: diagnostics.map((each) =>
        each.code === 'guest/destroy' ? consentWanted(specAddress(spec)) : each,
      ),
    })),
    ...back.refusals.map((each) => ({
      spec: { kind: '', args: {}, positions: {}, declaredBy },
      diagnostics: [each],
    })),
  ];
  const commands = applied.commands.length === 0 ? [] : [commandsStay(applied.commands)];
  return ok({ ...planned.value, plans, refusals, stays: [...commands, ...back.stays, ...stays] });
}

/** The files as they were before the run, and as they are. */
function filesNow({ before }: AppliedRun, { clusters }: Survey): string {
  const files = [...before.values()].map(({ cluster, path, text }) => {
    const now = clusters.find((snapshot) => snapshot.cluster === cluster)?.files;
    return {
      path,
      before: text,
      after: now === undefined || isUnknown(now) ? undefined : (now[path] ?? null),
    };
  });
  return `${filesText(files, '(now)')}\n`;
}

function nothingToDo(run: string, touched: readonly Touched[], stays: readonly Diagnostic[] = []): string {
  if (stays.length > 0)
    return `Nothing to roll back: of what ${run} changed, only that above is not as it was.`;
  return touched.length === 0
    ? `Nothing to roll back: ${run} has changed nothing.`
    : `Nothing to roll back: all that ${run} changed is as it was before.`;
}

function missedTarget(target: string, touched: readonly Touched[]): Diagnostic {
  const names = touched.map(({ address }) => formatAddress(address));
  return {
    code: 'plan/no-target',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot roll back the target "${target}": the run changed no such resource${didYouMean(target, names)}`,
    hint: `It changed ${names.length === 0 ? 'none' : names.slice(0, 8).join(', ')}${names.length > 8 ? ', ...' : ''}`,
  };
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
