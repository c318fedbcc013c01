import type { Address } from '../address.ts';
import { formatAddress } from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { positionAt } from '../diagnostic.ts';
import { findModule } from '../modules/registry.ts';
import { clusterOf } from '../plan/identify-specs.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Spec } from '../spec.ts';

/** Names of the guests that a run has given their numbers (`vmid: auto`), by address. */
export type GivenNumbers = ReadonlyMap<string, string>;

/** The numbers that a task gives to guests which are not there yet. */
export function numbersGiven(specs: readonly Spec[], survey: Survey): GivenNumbers {
  return new Map(
    specs.flatMap((spec) => {
      const at = spec.knownAs === undefined ? undefined : addressOf(spec);
      if (at === undefined || spec.knownAs === undefined) return [];
      const snapshot = clusterOf(survey, spec);
      const isThere = snapshot && findModule(spec.kind)?.read(snapshot, at) !== undefined;
      return isThere === true ? [] : [[formatAddress(at), spec.knownAs] as const];
    }),
  );
}

/**
 * Why a spec by number is not planned: when an earlier task chose a free number, nobody knew that a later one would want it.
 * It would change that other guest.
 */
export function refuseGiven(spec: Spec, given: GivenNumbers): Diagnostic | undefined {
  const at = given.size === 0 || spec.knownAs !== undefined ? undefined : addressOf(spec);
  const name = at && given.get(formatAddress(at));
  if (at === undefined || name === undefined) return undefined;
  const place = positionAt(spec.positions, ['vmid']);
  return {
    code: 'run/number-given',
    severity: 'error',
    trouble: 'refused',
    message: `Cannot plan ${formatAddress(at)}: an earlier task has given this number to "${name}", which has "vmid: auto"; a number of its own is wanted`,
    ...(place && { at: place }),
    hint: 'Take numbers outside of "next-id" of datacenter.cfg, or declare this one by "vmid: auto", too.',
  };
}

function addressOf(spec: Spec): Address | undefined {
  const parsed = findModule(spec.kind)?.parse(spec, spec.cluster ?? '');
  return parsed?.ok === true ? parsed.value.address : undefined;
}
