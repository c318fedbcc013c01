import { formatAddress } from '../address.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { identifySpecs } from '../plan/identify-specs.ts';
import type { KnownSecrets } from '../plan/known-secrets.ts';
import type { Planned, Refusal } from '../plan/make-plan.ts';
import { makePlan } from '../plan/make-plan.ts';
import { isTarget, onlyTargets } from '../plan/target.ts';
import { isSilent, leftOutWarnings, sortRefusals } from '../playbook/unanswered.ts';
import { wasLeftOut } from '../snapshot/assemble.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Spec } from '../spec.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { placeSpecs } from './place-specs.ts';
import { specAddress, specAddresses } from './spec-address.ts';

/** A document compared with what a survey found. */
export interface DocumentPlan extends Planned {
  readonly survey: Survey;
  /** All that the document declares, each with its cluster; and what of it is meant. */
  readonly declared: readonly Spec[];
  readonly specs: readonly Spec[];
  /** Resources that could be compared. */
  readonly compared: number;
  /** Not compared and left out, for nothing but that their node gave no answer. */
  readonly unanswered?: readonly Refusal[];
  /** Not compared and left out, as the command was not meant for their node. */
  readonly notAsked?: readonly Refusal[];
  /** Of a rollback: what does not come back. */
  readonly stays?: readonly Diagnostic[];
}

export interface DocumentPlanOptions {
  readonly allowDestroy: boolean;
  readonly rotateSecrets?: boolean;
  readonly knownSecrets?: KnownSecrets;
  /** Only these resources (target.ts), and what they must follow; none: all. */
  readonly targets?: readonly string[];
}

/**
 * Refused as a whole when nobody answered, or when it can't be told what a resource is meant for.
 * What can't be planned only because its node did not answer, or was not to be asked, is left out with a warning.
 */
export function planDocument(
  specs: readonly Spec[],
  survey: Survey,
  { targets = [], ...options }: DocumentPlanOptions,
): Result<DocumentPlan> {
  if (survey.clusters.length === 0 && survey.unreachable.length > 0) return fail(...survey.unreachable);
  const placed = placeSpecs(specs, survey);
  if (!placed.ok) return placed;
  const declared = identifySpecs(survey, placed.value).specs;
  const missed = targets.flatMap((target) => missedTarget(target, declared));
  if (missed.length > 0) return fail(...missed);
  const planned = makePlan(survey, declared, options);
  const gaveNoAnswer = isSilent(survey.unreachable.flatMap(({ host }) => host ?? []));
  const isMeant = (spec: Spec): boolean =>
    targets.length === 0 || specAddresses(spec).some((at) => isTarget(at, targets));
  const refused = planned.refusals.filter(({ spec }) => isMeant(spec));
  const away = sortRefusals(survey, refused, wasLeftOut);
  const silent = sortRefusals(survey, away.refusals, gaveNoAnswer);
  const meant = declared.filter(isMeant);
  const { plans, followed } =
    targets.length === 0
      ? { plans: planned.plans, followed: [] }
      : onlyTargets(planned.plans, meant.map(specAddress).map(formatAddress));
  return ok({
    plans,
    refusals: silent.refusals,
    unanswered: silent.leftOut,
    notAsked: away.leftOut,
    warnings: [
      ...placed.warnings,
      ...planned.warnings,
      ...leftOutWarnings(silent.leftOut),
      ...notAskedWarning(away.leftOut),
      ...followed.map(alsoPlanned),
    ],
    secrets: planned.secrets,
    survey,
    declared,
    specs: meant,
    compared: meant.length - refused.length,
  });
}

/** Why some of it can't be planned: hosts that did not answer, then refused resources. */
export function troubleOf({
  survey,
  refusals,
}: Pick<DocumentPlan, 'survey' | 'refusals'>): readonly Diagnostic[] {
  return [...survey.unreachable, ...refusals.flatMap(({ diagnostics }) => diagnostics)];
}

function missedTarget(target: string, specs: readonly Spec[]): readonly Diagnostic[] {
  const addresses = specs.flatMap(specAddresses);
  if (addresses.some((at) => isTarget(at, [target]))) return [];
  const whole = addresses.map(formatAddress);
  const names = target.includes('@') ? whole : whole.map((name) => name.slice(0, name.lastIndexOf('@')));
  return [
    {
      code: 'plan/no-target',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot plan the target "${target}": the document declares no such resource${didYouMean(target, names)}`,
      hint: `It declares ${whole.slice(0, 8).join(', ')}${whole.length > 8 ? ', ...' : ''}`,
    },
  ];
}

/** One warning for all of them: they may be most of a document. */
function notAskedWarning(notAsked: readonly Refusal[]): readonly Diagnostic[] {
  const names = notAsked.map(({ spec }) => formatAddress(specAddress(spec)));
  if (names.length === 0) return [];
  const [are, nodes] =
    names.length === 1 ? ['1 resource is', 'node was'] : [`${names.length} resources are`, 'nodes were'];
  const shown = names.slice(0, 8).join(', ');
  return [
    {
      code: 'plan/not-asked',
      severity: 'warning',
      trouble: 'unreachable',
      message: `${are} left out, as the ${nodes} not to be asked (--limit): ${shown}${names.length > 8 ? ', ...' : ''}`,
    },
  ];
}

function alsoPlanned({ address, by }: { readonly address: string; readonly by: string }): Diagnostic {
  return {
    code: 'plan/target-follows',
    severity: 'warning',
    trouble: 'refused',
    message: `${address} is planned too, as ${by} must follow it`,
  };
}
