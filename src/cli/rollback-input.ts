import { formatAddress } from '../address.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import { planDocument, specAddress } from '../documents/plan-document.ts';
import { findRun, listRuns } from '../journal/journal-directory.ts';
import { readRun } from '../journal/read-run.ts';
import type { RunRecords } from '../journal/read-run.ts';
import { runFile } from '../journal/run-file.ts';
import { stateDirectory } from '../journal/state-directory.ts';
import { isTarget } from '../plan/target.ts';
import type { AppliedRun } from '../rollback/applied-run.ts';
import { appliedRun } from '../rollback/applied-run.ts';
import { planRollback } from '../rollback/plan-rollback.ts';
import { commandsStay, consentWanted } from '../rollback/rollback-words.ts';
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
  const found = name === 'last' ? await lastChange(directory) : await runOf(directory, name);
  if (!found.ok) return found;
  const { record, applied } = found.value;
  const { flaw } = record.checked;
  if (flaw !== undefined) return fail(notTrusted(record.run, `line ${flaw.line}: ${flaw.what}`));
  const all = touchedBy(applied.changes);
  const missed = given.target.filter((target) => !all.some(({ address }) => isTarget(address, [target])));
  if (missed.length > 0) return fail(...missed.map((target) => missedTarget(target, all)));
  const touched =
    given.target.length === 0 ? all : all.filter(({ address }) => isTarget(address, given.target));
  return ok(
    {
      is: 'rollback',
      rollsBack: record.run,
      plan: (survey) => Promise.resolve(planOf({ record, applied, touched }, survey, given['allow-destroy'])),
      ...(given.files && { details: (survey: Survey) => filesNow(applied, survey) }),
      nothing: ({ stays }) => nothingToDo(record.run, touched, stays),
    },
    record.closed === undefined ? [noEnd(record.run)] : [],
  );
}

interface ReadRun {
  readonly record: RunRecords;
  readonly applied: AppliedRun;
}

interface RunToTakeBack extends ReadRun {
  readonly touched: readonly Touched[];
}

async function runOf(directory: string, name: string): Promise<Result<ReadRun>> {
  const found = await findRun(directory, name);
  return found.ok ? ok(await readApplied(directory, found.value)) : found;
}

/** The last run that began a change; the very last one where none did. */
async function lastChange(directory: string): Promise<Result<ReadRun>> {
  const runs = await listRuns(directory);
  if (!runs.ok) return runs;
  for (const run of runs.value.toReversed()) {
    const read = await readApplied(directory, run);
    if (read.applied.changes.length > 0) return ok(read);
  }
  return runOf(directory, 'last');
}

async function readApplied(directory: string, run: string): Promise<ReadRun> {
  const record = await readRun(runFile(directory, run));
  return { record, applied: appliedRun(record.records.map(({ event }) => event)) };
}

/** What stays is said first, then it is a plan like any other. */
function planOf(
  { record, applied, touched }: RunToTakeBack,
  survey: Survey,
  allowDestroy: boolean,
): Result<DocumentPlan> {
  const { specs, stays } = planRollback(touched, applied.left, survey, `rollback of ${record.run}`);
  const planned = planDocument(specs, survey, { allowDestroy });
  if (!planned.ok) return planned;
  const refusals = planned.value.refusals.map(({ spec, diagnostics }) => ({
    spec,
    diagnostics: diagnostics.map((each) =>
      each.code === 'guest/destroy' ? consentWanted(specAddress(spec)) : each,
    ),
  }));
  const commands = applied.commands.length === 0 ? [] : [commandsStay(applied.commands)];
  return ok({ ...planned.value, refusals, stays: [...commands, ...stays] });
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
    message: `Cannot roll back ${run}: in its journal, ${flaw}; a journal as it was written is wanted`,
    hint: `See: pvefleet audit verify ${run}`,
  };
}

function noEnd(run: string): Diagnostic {
  return {
    code: 'rollback/no-end',
    severity: 'warning',
    trouble: 'stale',
    message: `${run} has no end: it was killed, or is still under way; what is begun after this is not taken back`,
  };
}
