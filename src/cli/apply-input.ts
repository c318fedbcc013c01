import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ReadDiff } from '../contract/state-diff.ts';
import { diffIsStale, readStateDiff } from '../contract/state-diff.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import { planDocument } from '../documents/plan-document.ts';
import { documentSecrets } from '../documents/document-secrets.ts';
import { readDocument } from '../documents/read-document.ts';
import { loadText } from '../documents/load-document.ts';
import { isMapping } from '../documents/reading.ts';
import { destroyedBesides } from '../plan/destroyed-besides.ts';
import type { KnownSecrets } from '../plan/known-secrets.ts';
import { parseSavedPlan } from '../plan/parse-saved-plan.ts';
import { secretsNamed } from '../plan/secrets.ts';
import type { SavedPlan } from '../plan/saved-plan.ts';
import { changedSince } from '../plan/saved-plan.ts';
import type { Exec } from '../apply/exec.ts';
import type { Recorder } from '../apply/event.ts';
import type { Survey } from '../snapshot/survey.ts';

export interface ApplyOptions {
  readonly allowDestroy: boolean;
  readonly rotateSecrets: boolean;
  readonly knownSecrets: KnownSecrets;
  readonly targets: readonly string[];
}

/** What "apply" and "resume" are given: how it becomes a plan once the nodes were asked. */
export interface ApplyInput {
  readonly is: 'document' | 'plan' | 'diff' | 'run' | 'rollback' | 'acts';
  /** The document that it is made of, as an absolute path. */
  readonly document?: string;
  /** The run that it goes on with. */
  readonly resumes?: string;
  /** The run whose changes it takes back. */
  readonly rollsBack?: string;
  /** A checkpoint is taken of all that is changed, and those that are so many days old are removed. */
  readonly checkpointDays?: number;
  /** A backup is taken of all that is changed or removed, on this storage. */
  readonly checkpointStorage?: string;
  /** That run and those that went on with it: their locks of clusters are taken over. */
  readonly continues?: readonly string[];
  plan(survey: Survey, means: PlanMeans): Promise<Result<DocumentPlan>>;
  /** What is to be seen before the plan, for people. */
  readonly details?: (survey: Survey) => string;
  /** What is said when there is nothing to do; without it, how many resources are as declared. */
  readonly nothing?: (plan: DocumentPlan) => string;
}

/** What finds out, before it is planned, how steps of an earlier run ended. */
export interface PlanMeans {
  readonly run: string;
  readonly exec: Exec;
  /** Records an event, and reports it. */
  readonly tell: Recorder;
  readonly signal: AbortSignal;
}

/** Reads a document, a saved plan or a diff of the plugin contract, told by its content. */
export async function readApplyInput(file: string, options: ApplyOptions): Promise<Result<ApplyInput>> {
  const text = await loadText(file);
  if (!text.ok) return text;
  const json = jsonOf(text.value);
  if (isMapping(json) && json['pvefleet'] === 'plan') return savedPlan(json, file, options);
  if (isMapping(json) && 'actions' in json && 'metadata' in json) return diff(json, file, options);
  const specs = await readDocument(text.value, file);
  if (!specs.ok) return specs;
  return ok(
    {
      is: 'document',
      document: resolve(file),
      plan: (survey) => Promise.resolve(planDocument(specs.value, survey, options)),
    },
    specs.warnings,
  );
}

function savedPlan(json: unknown, file: string, { allowDestroy, targets }: ApplyOptions): Result<ApplyInput> {
  const saved = parseSavedPlan(json);
  if (typeof saved === 'string')
    return fail(problem('plan/unreadable', 'invalid', `Cannot read the saved plan ${file}: ${saved}`));
  if (targets.length > 0)
    return fail(
      problem(
        'cli/arguments',
        'invalid',
        'Cannot run apply: a saved plan is applied as it is; no --target is wanted',
        'Plan again: pvefleet plan DOCUMENT --target ADDRESS --out FILE',
      ),
    );
  const destroys =
    saved.plans.some(({ changes }) => changes.some(({ action }) => action === 'delete')) ||
    destroyedBesides(saved.plans).length > 0;
  if (destroys && !allowDestroy)
    return fail(
      problem(
        'plan/destroy',
        'refused',
        'Cannot apply the saved plan: it destroys something; --allow-destroy is wanted for that',
        'Run again with --allow-destroy if that is meant.',
      ),
    );
  return ok({
    is: 'plan',
    document: saved.document.file,
    plan: (survey) => planOfSaved(saved, survey),
    nothing: () => 'Nothing to do: the saved plan is empty.',
  });
}

/** The plan exactly as it was saved, if nothing has changed since. */
async function planOfSaved(saved: SavedPlan, survey: Survey): Promise<Result<DocumentPlan>> {
  const changed = [...(await documentChange(saved)), ...changedSince(saved, survey)];
  if (changed.length > 0) return fail(...changed);
  const secrets = await secretsOf(saved, survey);
  if (!secrets.ok) return secrets;
  // All that it needs has answered; who did not makes no difference to it.
  const asked = { ...survey, unreachable: [] };
  return ok({
    plans: saved.plans,
    refusals: [],
    warnings: [],
    secrets: secrets.value,
    survey: asked,
    declared: [],
    specs: [],
    compared: 0,
  });
}

/** A saved plan has the names of secrets only: their values are read from its document. */
async function secretsOf(
  { plans, document }: SavedPlan,
  survey: Survey,
): Promise<Result<ReadonlyMap<string, string>>> {
  const [first] = secretsNamed(plans);
  if (first === undefined) return ok(new Map());
  const text = await readFile(document.file, 'utf8').catch(() => undefined);
  if (text !== undefined) return documentSecrets(text, document.file, survey);
  return fail(
    problem(
      'plan/no-secrets',
      'invalid',
      `Cannot apply the saved plan: it needs ${first}, and its document ${document.file} is not there to read it from`,
      'A saved plan holds no secrets. Apply it where its document is.',
    ),
  );
}

/** A plan may be applied where its document is not; one that is there must be the same. */
async function documentChange({ document }: SavedPlan): Promise<readonly Diagnostic[]> {
  const text = await readFile(document.file, 'utf8').catch(() => undefined);
  if (text === undefined || sha256(text) === document.sha256) return [];
  return [
    problem(
      'plan/stale',
      'stale',
      `Cannot apply the saved plan: ${document.file} was changed since it was made; what it was computed from is wanted unchanged`,
      `Nothing was done. Plan again: pvefleet plan ${document.file} --out FILE`,
    ),
  ];
}

function diff(json: unknown, file: string, options: ApplyOptions): Result<ApplyInput> {
  const read = readStateDiff(json, file);
  if (!read.ok) return read;
  return ok({ is: 'diff', plan: (survey) => Promise.resolve(planOfDiff(read.value, file, survey, options)) });
}

function planOfDiff(
  read: ReadDiff,
  file: string,
  survey: Survey,
  options: ApplyOptions,
): Result<DocumentPlan> {
  const planned = planDocument(read.specs, survey, options);
  if (!planned.ok || !diffIsStale(read, survey)) return planned;
  return fail(
    ...survey.unreachable,
    problem(
      'plan/stale',
      'stale',
      `Cannot apply the diff ${file}: its resources are not what they were when it was made; its current_hash is wanted`,
      'Nothing was done. Make it again: pvefleet diff DOCUMENT --json',
    ),
  );
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function jsonOf(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problem(code: string, trouble: Diagnostic['trouble'], message: string, hint?: string): Diagnostic {
  return { code, severity: 'error', trouble, message, ...(hint !== undefined && { hint }) };
}
