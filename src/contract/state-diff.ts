import * as z from 'zod';
import type { Address } from '../address.ts';
import { formatAddress, parseAddress } from '../address.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import { specAddress } from '../documents/spec-address.ts';
import { findModule, moduleKinds } from '../modules/registry.ts';
import type { Change } from '../plan/plan.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Spec } from '../spec.ts';
import type { State, StateAction, StateDiff } from './shapes.ts';
import { PLUGIN } from './shapes.ts';
import { hashOf, statesOf } from './state.ts';

/**
 * What differs between what is and what a document declares: an action for each resource, in the document's order. No
 * secret is in it, and none in its hashes, from which a short one could be guessed.
 */
export function stateDiff({ plans, specs, survey }: DocumentPlan, timestamp: number): StateDiff {
  const changes = new Map(
    plans.flatMap((plan) => plan.changes).map((change) => [formatAddress(change.address), change]),
  );
  const declared = specs.map((spec) => ({ at: specAddress(spec), spec }));
  const desired = declared.map(({ at, spec }) => [formatAddress(at), withoutSecrets(spec)] as const);
  return {
    plugin: PLUGIN,
    actions: declared.map(({ at, spec }) =>
      actionOf(formatAddress(at), spec, changes.get(formatAddress(at))),
    ),
    metadata: {
      timestamp,
      current_hash: hashOf(
        statesOf(
          survey,
          declared.map(({ at }) => at),
        ),
      ),
      desired_hash: hashOf(Object.fromEntries(desired)),
    },
  };
}

/** Says which options a diff leaves out, as they are secrets. */
export function secretsLeftOut({ plans, specs }: DocumentPlan): readonly Diagnostic[] {
  const changed = new Set(
    plans.flatMap(({ changes }) => changes.map(({ address }) => formatAddress(address))),
  );
  return specs.flatMap((spec): readonly Diagnostic[] => {
    const resource = formatAddress(specAddress(spec));
    const names = secretOptions(spec).join(', ');
    if (names === '' || !changed.has(resource)) return [];
    return [
      {
        code: 'contract/secret',
        severity: 'warning',
        trouble: 'refused',
        message: `The diff has no ${names} of ${resource}: a secret is no part of a diff`,
        hint: 'Apply the document itself to have it set: pvefleet apply DOCUMENT',
      },
    ];
  });
}

function secretOptions(spec: Spec): readonly string[] {
  const parsed = findModule(spec.kind)?.parse(spec, spec.cluster ?? '');
  return parsed?.ok === true ? Object.keys(parsed.value.secrets) : [];
}

function withoutSecrets(spec: Spec): State {
  const secret = new Set(secretOptions(spec));
  return Object.fromEntries(Object.entries(spec.args).filter(([option]) => !secret.has(option)));
}

function actionOf(resource: string, spec: Spec, change: Change | undefined): StateAction {
  const args = withoutSecrets(spec);
  if (change === undefined) return { NoOp: { resource } };
  switch (change.action) {
    case 'create':
      return { Create: { resource, config: args } };
    case 'delete':
      return { Delete: { resource } };
    case 'update':
      return { Modify: { resource, changes: changedArgs(spec.kind, args, change) } };
  }
}

/** Of what is declared, that which differs, and the words that say how ("timeout"). */
function changedArgs(kind: string, args: State, { differences }: Change): State {
  const properties = new Set(differences.map(({ property }) => property));
  const words = new Set(findModule(kind)?.words.map(({ name }) => name));
  for (const name of ['vmid', 'node', 'state']) words.delete(name);
  return Object.fromEntries(Object.entries(args).filter(([key]) => properties.has(key) || words.has(key)));
}

const resource = z.string();
const state = z.record(z.string(), z.unknown());
const form = z.object({
  plugin: z.string(),
  actions: z.array(
    z.union([
      z.strictObject({ Create: z.object({ resource, config: state }) }),
      z.strictObject({ Modify: z.object({ resource, changes: state }) }),
      z.strictObject({ Delete: z.object({ resource }) }),
      z.strictObject({ NoOp: z.object({ resource }) }),
    ]),
  ),
  metadata: z.object({ timestamp: z.number(), current_hash: z.string(), desired_hash: z.string() }),
});

/** A diff to be applied, as specs of the planner. */
export interface ReadDiff {
  readonly diff: StateDiff;
  readonly specs: readonly Spec[];
  /** Of all its actions. */
  readonly addresses: readonly Address[];
}

/** Reads what "pvefleet diff" or another program wrote; `file` is for messages. */
export function readStateDiff(json: unknown, file: string): Result<ReadDiff> {
  const parsed = form.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return fail(wrong(file, `"${issue?.path.join('.') ?? ''}" is wrong (${issue?.message ?? ''})`));
  }
  const diff = parsed.data;
  if (diff.plugin !== PLUGIN)
    return fail(wrong(file, `it is for the plugin "${diff.plugin}"; "${PLUGIN}" is wanted`));
  const read = diff.actions.map((action) => readAction(action, file));
  const problems = read.flatMap((each) => (each.ok ? [] : each.diagnostics));
  if (problems.length > 0) return fail(...problems);
  const values = read.flatMap((each) => (each.ok ? [each.value] : []));
  return ok({
    diff,
    specs: values.flatMap(({ spec }) => spec ?? []),
    addresses: values.map(({ at }) => at),
  });
}

/** Whether its resources are not any more as they were when the diff was made. */
export function diffIsStale({ diff, addresses }: ReadDiff, survey: Survey): boolean {
  return hashOf(statesOf(survey, addresses)) !== diff.metadata.current_hash;
}

function readAction(
  action: StateAction,
  file: string,
): Result<{ readonly at: Address; readonly spec?: Spec }> {
  const [[name, body] = ['', { resource: '' }]] = Object.entries(action);
  const at = parseAddress(body.resource);
  const module = at === undefined ? undefined : findModule(at.kind);
  if (at === undefined || module === undefined)
    return fail(
      wrong(
        file,
        `the resource "${body.resource}" is none; one as in "vm/101@lab" is wanted (kinds: ${moduleKinds.join(', ')})`,
      ),
    );
  if (name === 'NoOp') return ok({ at });
  const given = 'Create' in action ? action.Create.config : 'Modify' in action ? action.Modify.changes : {};
  const args = { ...given, ...module.naming(at), ...('Delete' in action && { state: 'absent' }) };
  const spec: Spec = { kind: at.kind, args, positions: {}, cluster: at.cluster, declaredBy: file };
  const checked = module.parse(spec, at.cluster);
  return checked.ok ? ok({ at, spec }) : checked;
}

function wrong(file: string, what: string): Diagnostic {
  return {
    code: 'contract/diff',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot read the diff ${file}: ${what}`,
    hint: 'Make one with: pvefleet diff DOCUMENT --json',
  };
}
