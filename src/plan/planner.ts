import type { Address } from '../address.ts';
import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import type { Claim, Draft, PlanOptions, ResourceModule, Wanted } from '../modules/module.ts';
import { findProperty } from '../modules/property.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Spec } from '../spec.ts';
import type { Change } from './plan.ts';
import { unknownState } from './plan-refusals.ts';

/** A draft, and what it is about: of a resource the spec's own address, of an act the guest that it is done to. */
export interface Drafted extends Draft, Pick<Change, 'address' | 'action'> {}

/** What a spec is planned by: a resource kind, or an act on a guest (src/guest-acts). */
export interface Planner {
  readonly kind: string;
  /** Whether there is such an argument. */
  knows(argument: string): boolean;
  /** Validates a spec against the tables; every error has its position. */
  parse(spec: Spec, cluster: string): Result<Wanted>;
  /** What it would have alone in the cluster. */
  claims(wanted: Wanted): readonly Claim[];
  /** Addresses that it mentions, whose changes come before it. */
  refs(wanted: Wanted, snapshot: Snapshot): readonly Address[];
  /** The node that it is on, or would be made on. */
  place(wanted: Wanted, snapshot: Snapshot): string | undefined;
  /** What one that is not there yet is made of: it is planned as that will be, and after it. */
  readonly madeOf?: (wanted: Wanted, snapshot: Snapshot) => readonly Address[];
  draft(wanted: Wanted, snapshot: Snapshot, options: PlanOptions): Result<Drafted>;
}

/** Plans a resource: it is made, changed or removed, by what is there. */
export function resourcePlanner(module: ResourceModule): Planner {
  return {
    kind: module.kind,
    knows: (argument) =>
      findProperty(module.properties, argument) !== undefined ||
      module.words.some(({ name }) => name === argument),
    parse: (spec, cluster) => module.parse(spec, cluster),
    claims: (wanted) => module.claims(wanted),
    refs: (wanted, snapshot) => module.refs(wanted, snapshot),
    ...(module.madeOf !== undefined && { madeOf: module.madeOf }),
    place(wanted, snapshot) {
      const found = module.read(snapshot, wanted.address);
      return found === undefined || isUnknown(found) ? (wanted.node ?? wanted.defaultNode) : found.node;
    },
    draft(wanted, snapshot, options) {
      const state = module.read(snapshot, wanted.address);
      if (isUnknown(state)) return { ok: false, diagnostics: [unknownState(wanted, state.unknown)] };
      const { address } = wanted;
      const as = (action: Change['action'], draft: Result<Draft>): Result<Drafted> =>
        draft.ok ? ok({ ...draft.value, address, action }, draft.warnings) : draft;
      if (wanted.state === 'absent')
        return as(
          'delete',
          state === undefined ? ok(nothing(wanted)) : module.remove(wanted, snapshot, options),
        );
      return state === undefined
        ? as('create', module.create(wanted, snapshot))
        : as('update', module.update(wanted, snapshot, options));
    },
  };
}

function nothing({ address }: Wanted): Draft {
  return { title: address.name, node: '', differences: [], risks: [], digests: {}, steps: [] };
}
