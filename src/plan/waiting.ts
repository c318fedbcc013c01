import type { Address } from '../address.ts';
import { formatAddress } from '../address.ts';
import { findModule } from '../modules/registry.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Change, Difference } from './plan.ts';

/** A resource of which something waits for a restart: its differences are what runs → what will be. */
export interface Waiting {
  readonly address: Address;
  readonly node: string;
  readonly differences: readonly Difference[];
}

/** What of a resource waits for a restart and is told by none of these changes; undefined: nothing. */
export function waitingOf(
  survey: Survey,
  address: Address,
  changes: ReadonlyMap<string, Change>,
): Waiting | undefined {
  const snapshot = survey.clusters.find(({ cluster }) => cluster === address.cluster);
  const module = findModule(address.kind);
  const change = changes.get(formatAddress(address));
  if (snapshot === undefined || module === undefined || change?.action === 'delete') return undefined;
  const pending = module.pending(snapshot, address);
  if (isUnknown(pending) || pending.length === 0) return undefined;
  const state = module.read(snapshot, address);
  if (state === undefined || isUnknown(state)) return undefined;
  const told = new Set(change?.differences.map(({ property }) => property));
  const differences = pending.filter(({ property }) => !told.has(property));
  return differences.length === 0 ? undefined : { address, node: state.node, differences };
}

/** Changes by the address that they change. */
export function byAddress(changes: readonly Change[]): ReadonlyMap<string, Change> {
  return new Map(changes.map((change) => [formatAddress(change.address), change]));
}
