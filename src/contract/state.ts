import { createHash } from 'node:crypto';
import type { Address } from '../address.ts';
import { formatAddress } from '../address.ts';
import { findModule, modules } from '../modules/registry.ts';
import type { GuestKind } from '../pve/option-schema.ts';
import { optionSchema } from '../pve/option-schema.ts';
import type { PropertySchema } from '../pve/schema/property-schema.ts';
import type { Snapshot, Unknown } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { State } from './shapes.ts';

/** The document's lists, by kind. */
const sections: Readonly<Record<string, string>> = { vm: 'vms', container: 'containers' };

/** What a cluster is, as a state document that declares exactly that. */
export function queryState(snapshot: Snapshot): State | Unknown {
  const tree: Record<string, unknown> = { cluster: snapshot.cluster };
  for (const module of modules) {
    const section = sections[module.kind];
    const addresses = module.list(snapshot);
    if (isUnknown(addresses)) return addresses;
    if (section === undefined) continue;
    const states = addresses.map((at) => resourceState(snapshot, at));
    const unknown = states.find(isUnknown);
    if (unknown !== undefined) return unknown;
    tree[section] = states.filter((state) => state !== null);
  }
  return tree;
}

/** What a resource is, as the arguments that declare it; null: it is not there. */
export function resourceState(snapshot: Snapshot, at: Address): State | null | Unknown {
  const args = findModule(at.kind)?.toArgs(snapshot, at);
  if (args === undefined || isUnknown(args)) return args ?? null;
  return Object.fromEntries(
    Object.entries(args).map(([option, value]) => [option, asNumber(at.kind, option, value)]),
  );
}

/** By resource, in order; what can't be read is unknown in it, too. */
export function statesOf(
  survey: Survey,
  addresses: readonly Address[],
): Readonly<Record<string, State | null>> {
  return Object.fromEntries(
    addresses.map((at) => {
      const snapshot = survey.clusters.find(({ cluster }) => cluster === at.cluster);
      const state = snapshot === undefined ? null : resourceState(snapshot, at);
      return [formatAddress(at), isUnknown(state) ? { unknown: state.unknown } : state];
    }),
  );
}

/** Equal for equal values, whatever the order of their keys. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const keys = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${keys.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}

/** Whole numbers as numbers, as documents write them. */
function asNumber(kind: string, option: string, value: unknown): unknown {
  if ((kind !== 'vm' && kind !== 'container') || typeof value !== 'string') return value;
  const isWhole = typeOf(kind, option) === 'integer' && /^(?:0|[1-9]\d{0,14})$/u.test(value);
  return isWhole ? Number(value) : value;
}

/** Of a property string that of the value that may stand alone: `memory` is text, and its `current` a number. */
function typeOf(kind: GuestKind, option: string): PropertySchema['type'] {
  const schema = optionSchema(kind, option);
  if (typeof schema?.format !== 'object') return schema?.type;
  return Object.values(schema.format).find(({ defaultKey }) => defaultKey === true)?.type ?? schema.type;
}
