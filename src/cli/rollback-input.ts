import { formatAddress } from '../address.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import { planDocument } from '../documents/plan-document.ts';
import { findRun } from '../journal/journal-directory.ts';
import { readRun } from '../journal/read-run.ts';
import type { RunRecords } from '../journal/read-run.ts';
import { runFile } from '../journal/run-file.ts';
import { stateDirectory } from '../journal/state-directory.ts';
import { isTarget } from '../plan/target.ts';
import type { AppliedRun } from '../rollback/applied-run.ts';
import { appliedRun } from '../rollback/applied-run.ts';
import { planRollback } from '../rollback/plan-rollback.ts';
import { commandsStay } from '../rollback/rollback-words.ts';
import type { Touched } from '../rollback/touched.ts';
import { touchedBy } from '../rollback/touched.ts';
import type { Survey } from '../snapshot/survey.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { ApplyInput } from './apply-input.ts';
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
  const found = await findRun(directory, name);
  if (!found.ok) return found;
  const record = await readRun(runFile(directory, found.value));
  const { flaw } = record.checked;
  if (flaw !== undefined) return fail(notTrusted(record.run, `line ${flaw.line}: ${flaw.what}`));
  const applied = appliedRun(record.records.map(({ event }) => event));
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
      nothing: ({ warnings }) => nothingToDo(record.run, touched, warnings),
    },
    record.closed === undefined ? [noEnd(record.run)] : [],
  );
}

interface RunToTakeBack {
  readonly record: RunRecords;
  readonly applied: AppliedRun;
  readonly touched: readonly Touched[];
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
  const commands = applied.commands.length === 0 ? [] : [commandsStay(applied.commands)];
  return ok({ ...planned.value, warnings: [...commands, ...stays, ...planned.value.warnings] });
}

function nothingToDo(run: string, touched: readonly Touched[], warnings: readonly Diagnostic[]): string {
  if (warnings.length > 0)
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
