import type { Diagnostic } from '../diagnostic.ts';
import { ok, positionAt } from '../diagnostic.ts';
import type { Result } from '../diagnostic.ts';
import type { PlanOptions } from '../modules/module.ts';
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
import { noQuorum } from './plan-refusals.ts';
import type { Drafted, Planner } from './planner.ts';
import { planners as registered } from './planners.ts';

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
  planners: readonly Planner[] = registered,
): Planned {
  const identified = identifySpecs(survey, specs);
  const refusals: Refusal[] = [...identified.refusals];
  const unidentified = new Set(refusals.map(({ spec }) => spec));
  const warnings: Diagnostic[] = [];
  const placed: Placed[] = [];
  for (const spec of identified.specs) {
    if (unidentified.has(spec)) continue;
    const result = place(survey, spec, planners);
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
  const drafted = draftChanges(merged.placed, options);
  for (const [index, each] of merged.placed.entries()) {
    const result = drafted.get(each);
    if (result === undefined) continue;
    if (!result.ok) {
      refusals.push(...each.specs.map((spec) => ({ spec, diagnostics: result.diagnostics })));
      continue;
    }
    warnings.push(...result.warnings);
    if (result.value.steps.length > 0 && each.snapshot.quorate === false) {
      refusals.push(
        ...each.specs.map((spec) => ({ spec, diagnostics: [noQuorum(each.wanted, each.snapshot)] })),
      );
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
              own.map(({ placed: { planner, wanted, snapshot }, change }) => ({
                change,
                refs: planner.refs(wanted, snapshot),
              })),
            ),
          },
        ];
  });
  return { plans, refusals, warnings: unique(warnings), secrets };
}

function place(survey: Survey, spec: Spec, planners: readonly Planner[]): Result<Placed> {
  const at = positionAt(spec.positions, []);
  const refuse = (code: string, message: string, hint: string): Result<never> => ({
    ok: false,
    diagnostics: [{ code, severity: 'error', trouble: 'invalid', message, ...(at && { at }), hint }],
  });
  const planner = planners.find(({ kind }) => kind === spec.kind);
  if (planner === undefined) {
    const kinds = planners.map(({ kind }) => kind);
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
  const wanted = planner.parse(spec, snapshot.cluster);
  if (!wanted.ok) return wanted;
  return ok({ planner, snapshot, wanted: wanted.value, specs: [spec] }, wanted.warnings);
}

function toChange(id: string, { wanted }: Placed, draft: Drafted): Change {
  const declaredAt = positionAt(wanted.positions, []);
  return {
    id,
    address: draft.address,
    title: draft.title,
    action: draft.action,
    node: draft.node,
    ...(declaredAt && { declaredAt }),
    declaredBy: wanted.declaredBy,
    differences: draft.differences,
    risks: draft.risks,
    digests: draft.digests,
    after: [],
    steps: draft.steps.map((step, index) => ({ ...step, id: `${id}/${index + 1}` })),
    ...(draft.waits === true && { waits: true }),
  };
}

function unique(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((each) => [JSON.stringify(each), each])).values()];
}
