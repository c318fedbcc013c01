import { formatAddress } from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { ok, positionAt } from '../diagnostic.ts';
import type { Result } from '../diagnostic.ts';
import type { Draft, PlanOptions, ResourceModule, Wanted } from '../modules/module.ts';
import { modules as registered } from '../modules/registry.ts';
import { onlineMembers } from '../snapshot/members.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Spec } from '../spec.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { refuseDoubleClaims } from './double-claims.ts';
import { draftChanges } from './draft-changes.ts';
import { clusterOf, identifySpecs } from './identify-specs.ts';
import type { Refusal } from './identify-specs.ts';
import { mergeWanted } from './merge-wanted.ts';
import type { Placed } from './merge-wanted.ts';
import { orderChanges } from './order.ts';
import type { Change, Plan } from './plan.ts';

export type { Refusal };

export interface Planned {
  /** One for each cluster that has changes. */
  readonly plans: readonly Plan[];
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly Diagnostic[];
  /** The values of the secrets that the plans name. They are no part of a plan. */
  readonly secrets: ReadonlyMap<string, string>;
}

/**
 * Compares what is declared with what is, and says what to do: pure, and the same for a play's task and a state document.
 * A refused spec has no change in the plans; the caller decides whether the others go on without it.
 */
export function makePlan(
  survey: Survey,
  specs: readonly Spec[],
  options: PlanOptions,
  modules: readonly ResourceModule[] = registered,
): Planned {
  const identified = identifySpecs(survey, specs, modules);
  const refusals: Refusal[] = [...identified.refusals];
  const unidentified = new Set(refusals.map(({ spec }) => spec));
  const warnings: Diagnostic[] = [];
  const placed: Placed[] = [];
  for (const spec of identified.specs) {
    if (unidentified.has(spec)) continue;
    const result = place(survey, spec, modules);
    if (result.ok) {
      placed.push(result.value);
      warnings.push(...result.warnings);
    } else {
      refusals.push({ spec, diagnostics: result.diagnostics });
    }
  }
  const merged = refuseDoubleClaims(mergeWanted(placed));
  refusals.push(...merged.refusals);
  const secrets = new Map<string, string>();
  const drafts: { readonly placed: Placed; readonly change: Change }[] = [];
  const drafted = draftChanges(merged.placed, (each, snapshot) => draftChange(each, snapshot, options));
  for (const [index, each] of merged.placed.entries()) {
    const result = drafted.get(each);
    if (result === undefined) continue;
    if (!result.ok) {
      refusals.push(...each.specs.map((spec) => ({ spec, diagnostics: result.diagnostics })));
      continue;
    }
    warnings.push(...result.warnings);
    if (result.value.steps.length > 0 && each.snapshot.quorate === false) {
      refusals.push(...each.specs.map((spec) => ({ spec, diagnostics: [noQuorum(each)] })));
      continue;
    }
    for (const [name, value] of Object.entries(result.value.secrets ?? {})) secrets.set(name, value);
    if (result.value.steps.length > 0)
      drafts.push({ placed: each, change: toChange(String(index + 1), each, result.value) });
  }
  const plans = survey.clusters.flatMap(({ cluster }): Plan[] => {
    const own = drafts.filter((draft) => draft.placed.snapshot.cluster === cluster);
    return own.length === 0
      ? []
      : [
          {
            cluster,
            changes: orderChanges(
              own.map(({ placed: { module, wanted, snapshot }, change }) => ({
                change,
                refs: module.refs(wanted, snapshot),
              })),
            ),
          },
        ];
  });
  return { plans, refusals, warnings: unique(warnings), secrets };
}

function place(survey: Survey, spec: Spec, modules: readonly ResourceModule[]): Result<Placed> {
  const at = positionAt(spec.positions, []);
  const refuse = (code: string, message: string, hint: string): Result<never> => ({
    ok: false,
    diagnostics: [{ code, severity: 'error', trouble: 'invalid', message, ...(at && { at }), hint }],
  });
  const module = modules.find(({ kind }) => kind === spec.kind);
  if (module === undefined) {
    const kinds = modules.map(({ kind }) => kind);
    return refuse(
      'plan/unknown-kind',
      `Cannot plan a "${spec.kind}": there is no such kind${didYouMean(spec.kind, kinds)}`,
      `Kinds are ${kinds.join(', ')}.`,
    );
  }
  const names = survey.clusters.map(({ cluster }) => cluster);
  const snapshot = clusterOf(survey, spec);
  if (snapshot === undefined) {
    if (names.length === 0)
      return refuse(
        'plan/no-cluster',
        `Cannot plan a ${spec.kind}: no node answered`,
        'Run "pvefleet ls nodes" to see what each node said.',
      );
    if (spec.cluster === undefined)
      return refuse(
        'plan/which-cluster',
        `Cannot plan a ${spec.kind}: the survey holds ${names.length} clusters (${names.join(', ')}), and the spec names none`,
        'Add "node" or "cluster" to it.',
      );
    return refuse(
      'plan/unknown-cluster',
      `Cannot plan a ${spec.kind}: no cluster "${spec.cluster}" answered${didYouMean(spec.cluster, names)}`,
      `Clusters that answered: ${names.join(', ')}.`,
    );
  }
  const wanted = module.parse(spec, snapshot.cluster);
  if (!wanted.ok) return wanted;
  return ok({ module, snapshot, wanted: wanted.value, specs: [spec] }, wanted.warnings);
}

function draftChange({ module, wanted }: Placed, snapshot: Snapshot, options: PlanOptions): Result<Draft> {
  const nothing: Draft = {
    title: wanted.address.name,
    node: '',
    differences: [],
    risks: [],
    digests: {},
    steps: [],
  };
  const state = module.read(snapshot, wanted.address);
  if (isUnknown(state)) return { ok: false, diagnostics: [unknownState(wanted, state.unknown)] };
  if (wanted.state === 'absent')
    return state === undefined ? ok(nothing) : module.remove(wanted, snapshot, options);
  return state === undefined ? module.create(wanted, snapshot) : module.update(wanted, snapshot, options);
}

function unknownState(wanted: Wanted, reason: string): Diagnostic {
  const at = positionAt(wanted.positions, []);
  return {
    code: 'plan/unknown',
    severity: 'error',
    trouble: 'refused',
    message: `Cannot plan ${formatAddress(wanted.address)}: its present state is not known, as ${reason}`,
    ...(at && { at }),
    hint: 'What could not be read is never taken for absent or stopped. Mend the node and plan again.',
  };
}

/** A cluster without quorum takes no change of its files; PVE would wait, and then fail. */
function noQuorum({ wanted, snapshot }: Placed): Diagnostic {
  const at = positionAt(wanted.positions, []);
  const online = onlineMembers(snapshot);
  const votes = `${online.length} of ${Object.keys(snapshot.nodes).length} members online: ${online.join(', ')}`;
  return {
    code: 'plan/no-quorum',
    severity: 'error',
    trouble: 'refused',
    message: `Cannot change ${formatAddress(wanted.address)}: cluster ${snapshot.cluster} has no quorum (${votes})`,
    ...(at && { at }),
    hint: 'Bring members back until "pvecm status" says "Quorate: Yes", and plan again.',
  };
}

function toChange(id: string, { wanted, snapshot, module }: Placed, draft: Draft): Change {
  const declaredAt = positionAt(wanted.positions, []);
  const exists = module.read(snapshot, wanted.address) !== undefined;
  return {
    id,
    address: wanted.address,
    title: draft.title,
    action: wanted.state === 'absent' ? 'delete' : exists ? 'update' : 'create',
    node: draft.node,
    ...(declaredAt && { declaredAt }),
    declaredBy: wanted.declaredBy,
    differences: draft.differences,
    risks: draft.risks,
    digests: draft.digests,
    after: [],
    steps: draft.steps.map((step, index) => ({ ...step, id: `${id}/${index + 1}` })),
  };
}

function unique(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((each) => [JSON.stringify(each), each])).values()];
}
