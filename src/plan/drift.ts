import type { Address } from '../address.ts';
import { formatAddress } from '../address.ts';
import { findModule, modules } from '../modules/registry.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Change, Plan } from './plan.ts';
import type { Waiting } from './waiting.ts';
import { byAddress, waitingOf } from './waiting.ts';

/** Something that is there, and that nobody declared. */
export interface Undeclared {
  readonly address: Address;
  readonly title: string;
  readonly node: string;
}

/** How what is differs from what is declared. */
export interface Drift {
  readonly different: readonly Change[];
  /** No drift: the values are there, and wait for a restart. */
  readonly needsRestart: readonly Waiting[];
  /** Empty unless it was asked for. */
  readonly undeclared: readonly Undeclared[];
}

/** What was declared, by address, and the options that are named of it. */
export interface Declared {
  readonly address: Address;
  readonly options: ReadonlySet<string>;
}

/**
 * Pure, as planning is: the plans say what differs, the survey what waits and what else is there. `known`: all that is
 * declared, to look for what is not; without it nobody asked.
 */
export function findDrift(
  survey: Survey,
  plans: readonly Plan[],
  declared: readonly Declared[],
  known?: readonly Address[],
): Drift {
  const different = plans.flatMap(({ changes }) => changes);
  const changes = byAddress(different);
  return {
    different,
    needsRestart: declared.flatMap((each) => waitingAsDeclared(survey, each, changes)),
    undeclared: known === undefined ? [] : findUndeclared(survey, known),
  };
}

/** Of what is named. */
function waitingAsDeclared(
  survey: Survey,
  { address, options }: Declared,
  changes: ReadonlyMap<string, Change>,
): readonly Waiting[] {
  const waiting = waitingOf(survey, address, changes);
  const differences = waiting?.differences.filter(({ property }) => options.has(property)) ?? [];
  return waiting === undefined || differences.length === 0 ? [] : [{ ...waiting, differences }];
}

/** In the clusters that the declared resources are in. */
function findUndeclared(survey: Survey, declared: readonly Address[]): readonly Undeclared[] {
  const known = new Set(declared.map(formatAddress));
  const clusters = new Set(declared.map(({ cluster }) => cluster));
  return survey.clusters
    .filter(({ cluster }) => clusters.has(cluster))
    .flatMap((snapshot) =>
      modules.flatMap((module) => {
        if (module.belongs === true) return [];
        const there = module.list(snapshot);
        if (isUnknown(there)) return [];
        return there.filter((at) => !known.has(formatAddress(at))).flatMap((at) => describe(snapshot, at));
      }),
    );
}

function describe(snapshot: Snapshot, at: Address): readonly Undeclared[] {
  const state = findModule(at.kind)?.read(snapshot, at);
  if (state === undefined) return [];
  if (isUnknown(state)) return [{ address: at, title: at.name, node: '?' }];
  const name = state.options['name'] ?? state.options['hostname'];
  return [{ address: at, title: typeof name === 'string' ? name : at.name, node: state.node }];
}
