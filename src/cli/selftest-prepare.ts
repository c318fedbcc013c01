import { randomBytes } from 'node:crypto';
import type { Exec } from '../apply/exec.ts';
import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { containerSteps } from '../selftest/container-steps.ts';
import { findPlace } from '../selftest/find-place.ts';
import { lookAround } from '../selftest/look-around.ts';
import type { ForeseenStep } from '../selftest/plan-step.ts';
import { foresee } from '../selftest/plan-step.ts';
import { hasSnapshots } from '../selftest/storage-words.ts';
import type { Place } from '../selftest/test-step.ts';
import { vmSteps } from '../selftest/vm-steps.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { SelftestRequest } from './selftest-request.ts';

/** All that is known before anything is changed. */
export interface Prepared {
  readonly place: Place;
  readonly steps: readonly ForeseenStep[];
  /** What is not tried here, and why. */
  readonly leftOut: readonly string[];
}

/** Finds a place for the test by what the node says, and plans all of it; refused when a part can't be planned. */
export async function prepareSelftest(
  survey: Survey,
  request: SelftestRequest,
  exec: Exec,
  hide: (secrets: Iterable<string>) => void,
): Promise<Result<Prepared>> {
  const found = findPlace(survey, request);
  if (!found.ok) return found;
  const place = found.value;
  const around = await lookAround(survey, place, request.vmids, exec);
  if (!around.ok) return around;
  const password = randomBytes(12).toString('base64url');
  hide([password]);
  const { archive } = around.value;
  const { storage } = place;
  const withContainers = storage.forContainers ? archive : undefined;
  const steps = foresee(
    [
      ...vmSteps(place, password),
      ...(withContainers === undefined ? [] : containerSteps(place, withContainers)),
    ],
    survey,
    place,
  );
  if (!steps.ok) return fail(...steps.diagnostics);
  return ok({ place, steps: steps.value, leftOut: leftOutOf(place, archive) });
}

function leftOutOf({ storage, bridge }: Place, archive: string | undefined): readonly string[] {
  return [
    ...(storage.forContainers
      ? archive === undefined
        ? ['containers: no storage of the node has a template; "pveam download" gets one']
        : []
      : [`containers: storage ${storage.id} does not take them (rootdir)`]),
    ...(hasSnapshots(storage.type, 'vm') ? [] : [`snapshots of VMs: ${storage.type} has none`]),
    ...(storage.forContainers && archive !== undefined && !hasSnapshots(storage.type, 'container')
      ? [`snapshots of containers: ${storage.type} has none`]
      : []),
    ...(bridge === undefined ? ['network cards: the node has no bridge'] : []),
  ];
}
