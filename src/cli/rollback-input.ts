import type { Address } from '../address.ts';
import { address, formatAddress } from '../address.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import { planDocument } from '../documents/plan-document.ts';
import { stateDirectory } from '../journal/state-directory.ts';
import { withoutHashes } from '../pve/secret-lines.ts';
import { isTarget } from '../plan/target.ts';
import type { AppliedRun } from '../rollback/applied-run.ts';
import { planRollback } from '../rollback/plan-rollback.ts';
import { commandsStay, consentWanted } from '../rollback/rollback-words.ts';
import { toSnapshots, withChanges } from '../rollback/to-snapshots.ts';
import type { Touched } from '../rollback/touched.ts';
import { touchedBy } from '../rollback/touched.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Spec } from '../spec.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { ApplyInput } from './apply-input.ts';
import { filesText } from './kept-files-text.ts';
import type { CliContext } from './command.ts';
import { usageError } from './parse-flags.ts';
import type { flags } from './rollback.ts';
import type { ReadChain } from './rolled-back-run.ts';
import { chainNamed, lastChange, problemsOf } from './rolled-back-run.ts';

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
  const { run, applied } = found.value;
  const problems = await problemsOf(directory, found.value);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return fail(...errors);
  const all = touchedBy(applied.changes);
  const missed = given.target.filter((target) => !all.some((each) => isTarget(each.address, [target])));
  if (missed.length > 0) return fail(...missed.map((target) => missedTarget(target, all)));
  const touched =
    given.target.length === 0 ? all : all.filter((each) => isTarget(each.address, given.target));
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

interface ChainToTakeBack extends ReadChain {
  readonly touched: readonly Touched[];
}

/** A spec of a rollback has the number of its guest. */
function addressOf({ kind, args, cluster }: Spec): Address {
  return address(kind, String(args['vmid']), cluster ?? '');
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
  const { specs, stays } = planRollback(back.others, applied, survey, declaredBy);
  const planned = planDocument(specs, survey, { allowDestroy });
  if (!planned.ok) return planned;
  const plans = withChanges(planned.value.plans, back.changes);
  const refusals = [
    ...planned.value.refusals.map(({ spec, diagnostics }) => ({
      spec,
      diagnostics: diagnostics.map((each) =>
        each.code === 'guest/destroy' ? consentWanted(addressOf(spec)) : each,
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
  const compared = [...before.values()].map(({ cluster, path, text }) => {
    const files = clusters.find((snapshot) => snapshot.cluster === cluster)?.files;
    if (files === undefined || isUnknown(files)) return { path, before: text, after: undefined };
    const now = files[path];
    return { path, before: text, after: now === undefined ? null : withoutHashes(now) };
  });
  return `${filesText(compared, '(now)')}\n`;
}

function nothingToDo(run: string, touched: readonly Touched[], stays: readonly Diagnostic[] = []): string {
  if (stays.length > 0)
    return `Nothing to roll back: of what ${run} changed, only that above is not as it was.`;
  return touched.length === 0
    ? `Nothing to roll back: ${run} has changed nothing.`
    : `Nothing to roll back: all that ${run} changed is as it was before.`;
}

function missedTarget(target: string, touched: readonly Touched[]): Diagnostic {
  const names = touched.map((each) => formatAddress(each.address));
  return {
    code: 'plan/no-target',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot roll back the target "${target}": the run changed no such resource${didYouMean(target, names)}`,
    hint: `It changed ${names.length === 0 ? 'none' : names.slice(0, 8).join(', ')}${names.length > 8 ? ', ...' : ''}`,
  };
}
