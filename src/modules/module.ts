import type { Address } from '../address.ts';
import type { Diagnostic, Positions, Result } from '../diagnostic.ts';
import type { KnownSecrets } from '../plan/known-secrets.ts';
import type { Change, Difference, Effect, PropertyValue, Step } from '../plan/plan.ts';
import type { Snapshot, Unknown } from '../snapshot/snapshot.ts';
import type { Spec } from '../spec.ts';
import type { Property, Word } from './property.ts';

/** What a spec says of one option: its text, the sub-properties it names (null removes one), or null to remove the option. */
export type WantedValue = string | Readonly<Record<string, string | null>> | null;

/** A spec, validated: every value in PVE's normal form. Specs that mean the same give equal values. */
export interface Wanted {
  readonly address: Address;
  /** "present", "absent", and for guests "running", "stopped". */
  readonly state: string;
  /** Where it is to be made; never an identity. */
  readonly node?: string;
  /** Where it is made when the spec names no node. */
  readonly defaultNode?: string;
  /** Only what the spec names; null removes an option. */
  readonly options: Readonly<Record<string, WantedValue>>;
  /** The values of secret options, which have a stand-in in `options`. Never a part of a plan. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Words that say how: timeout, forceStop, purge. */
  readonly words: Readonly<Record<string, string>>;
  readonly positions: Positions;
  /** Hosts or documents that declared it. */
  readonly declaredBy: readonly string[];
}

/** A resource as it is. */
export interface State {
  readonly node: string;
  readonly options: Readonly<Record<string, PropertyValue>>;
}

/** A change before makePlan gives it its place: ids and order. No steps: nothing to do. */
export interface Draft extends Pick<
  Change,
  'title' | 'node' | 'differences' | 'risks' | 'digests' | 'waits'
> {
  readonly steps: readonly Omit<Step, 'id'>[];
  /** The values of the secrets that the steps name. */
  readonly secrets?: Readonly<Record<string, string>>;
}

export interface PlanOptions {
  readonly allowDestroy: boolean;
  /** Set secrets again that can't be compared. */
  readonly rotateSecrets?: boolean;
  /** What earlier runs have set, to compare a declared one with where PVE can't be asked. */
  readonly knownSecrets?: KnownSecrets;
}

/** Something that only one resource may have. */
export interface Claim {
  /** "MAC address BC:24:11:00:00:01" */
  readonly name: string;
  /** Where it is declared in the spec. */
  readonly path: readonly string[];
}

/** What a kind that can be kept as it is at one moment has for it. */
export interface Checkpoints {
  /** Those that are there. */
  list(snapshot: Snapshot, address: Address): readonly KeptCheckpoint[] | Unknown;
  /** Refused where it can't be taken. */
  take(snapshot: Snapshot, address: Address, checkpoint: KeptCheckpoint): Result<Omit<Step, 'id'>>;
  remove(snapshot: Snapshot, address: Address, name: string): Result<Omit<Step, 'id'>>;
  /** Makes it as it was then; all that was written since is lost. */
  goBack(snapshot: Snapshot, address: Address, back: GoBack): Result<Draft>;
}

/** A checkpoint of one resource. */
export interface KeptCheckpoint {
  readonly name: string;
  readonly description: string;
}

export interface GoBack {
  readonly name: string;
  /** The power that it is to have then. */
  readonly power: 'running' | 'stopped';
}

/** One kind of resource; all of it pure. docs/adding-a-module.md tells how one is made. */
export interface ResourceModule {
  readonly kind: string;
  /** Once per cluster, by any quorate member, or once per node. */
  readonly scope: 'cluster' | 'node';
  /** One line for docs and messages. */
  readonly summary: string;
  /** A task that declares one, for the docs page; a test runs it. */
  readonly example: string;
  readonly properties: readonly Property[];
  readonly words: readonly Word[];
  /** It belongs to another resource: that nobody has declared it is no news. */
  readonly belongs?: true;
  /** The arguments that name it: vmid. */
  naming(address: Address): Readonly<Record<string, unknown>>;
  /** Validates a spec against the tables; every error has its position. */
  parse(spec: Spec, cluster: string): Result<Wanted>;
  /** What it would have alone in the cluster; specs that claim the same are refused. */
  claims(wanted: Wanted): readonly Claim[];
  /**
   * Which resource each spec means that doesn't say it by address, of all specs for a cluster; kinds that share their names
   * share the function. Specs that say it are left out.
   */
  readonly identify?: (specs: readonly Spec[], snapshot: Snapshot) => ReadonlyMap<Spec, Result<Spec>>;
  /** Addresses that it mentions: storages, bridges. Creates and updates come after their changes, deletes before. */
  refs(wanted: Wanted, snapshot: Snapshot): readonly Address[];
  /** What one that is not there yet is made of, the first of these that is declared: it is planned as that will be, and after it. */
  readonly madeOf?: (wanted: Wanted, snapshot: Snapshot) => readonly Address[];
  read(snapshot: Snapshot, address: Address): State | undefined | Unknown;
  list(snapshot: Snapshot): readonly Address[] | Unknown;
  /** The arguments that declare exactly what is: plan(toArgs(read(x))) is empty. */
  toArgs(snapshot: Snapshot, address: Address): Readonly<Record<string, unknown>> | undefined | Unknown;
  /** Options whose value waits for a restart: what runs → what will be. */
  pending(snapshot: Snapshot, address: Address): readonly Difference[] | Unknown;
  create(wanted: Wanted, snapshot: Snapshot): Result<Draft>;
  update(wanted: Wanted, snapshot: Snapshot, options: PlanOptions): Result<Draft>;
  remove(wanted: Wanted, snapshot: Snapshot, options: PlanOptions): Result<Draft>;
  /** Files that are read again after a step with this effect. */
  touches(effect: Effect): readonly string[];
  /** Writes what a step brings about into a snapshot, by the same codecs that read it. */
  predict(snapshot: Snapshot, effect: Effect): Snapshot;
  /** What of an effect is missing in a snapshot that was read after the step. */
  verify(snapshot: Snapshot, effect: Effect): readonly Diagnostic[];
  /** The step that takes back what a failed one with this effect has left behind it, if it has left anything. */
  takeBack(before: Snapshot, after: Snapshot, effect: Effect): Omit<Step, 'id'> | undefined;
  readonly checkpoints?: Checkpoints;
}
