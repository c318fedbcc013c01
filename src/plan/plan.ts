import type { Address } from '../address.ts';
import type { Position } from '../diagnostic.ts';
import type { Argument, PveCall } from '../pve/call.ts';

/** A property's value in PVE's normal form: text, or the sub-properties of a property string. */
export type PropertyValue = string | Readonly<Record<string, string>>;

/** What a step runs. */
export type Act =
  | { readonly run: 'call'; readonly call: PveCall }
  /** What has no method in PVE's interface. */
  | { readonly run: 'exec'; readonly argv: readonly Argument[]; readonly stdin?: Argument };

/** What must hold on the node the moment before a step; checked in the same exec. */
export type Guard =
  /** The file is what the plan was made from (Change.digests), or what the change's own earlier steps made of it. */
  | { readonly require: 'unchanged'; readonly path: string }
  | { readonly require: 'vmid-free'; readonly vmid: number }
  /** The snapshot of that name in a guest's config is the one that was taken then (snaptime, seconds since 1970). */
  | { readonly require: 'snapshot'; readonly path: string; readonly name: string; readonly time: number }
  | {
      readonly require: 'power';
      readonly guest: 'vm' | 'container';
      readonly vmid: number;
      readonly is: 'running' | 'stopped';
    }
  | { readonly require: 'quorum' };

/** What a step brings about. predict() writes it into a snapshot; after the step it is looked for in what was read back. */
export type Effect =
  | {
      readonly brings: 'options';
      readonly address: Address;
      readonly node: string;
      readonly created: boolean;
      /** The guest that a new one is a copy of, at its snapshot where one is named; where its disks lie when they are copied elsewhere. */
      readonly copyOf?: {
        readonly vmid: number;
        /** Its disks rest on those of the other. */
        readonly linked?: true;
        readonly snapshot?: string;
        readonly storage?: string;
        readonly format?: string;
      };
      /** Sub-properties that are null are removed. */
      readonly set: Readonly<Record<string, string | Readonly<Record<string, string | null>>>>;
      readonly remove: readonly string[];
      /** Options whose pending value is dropped. */
      readonly revert: readonly string[];
      /** Volumes that it still has afterwards, in a slot or as unused disks. */
      readonly keeps?: readonly string[];
      /** Volumes that are gone afterwards, with what is on them. */
      readonly destroys?: readonly string[];
    }
  | {
      readonly brings: 'power';
      readonly address: Address;
      readonly node: string;
      readonly is: 'running' | 'stopped';
      /** It was down in between, so what was pending is applied; or its memory is on a disk, and it is locked for that. */
      readonly how?: 'restart' | 'hibernation';
    }
  /** A guest on another node; `node` is the one that it leaves. */
  | {
      readonly brings: 'place';
      readonly address: Address;
      readonly node: string;
      readonly to: string;
    }
  /** A guest as an archive has it; `replaces`: in the place of one that was there, whose disks are destroyed. */
  | {
      readonly brings: 'restore';
      readonly address: Address;
      readonly node: string;
      readonly replaces?: true;
    }
  | { readonly brings: 'absence'; readonly address: Address; readonly node: string }
  /** A snapshot of a guest is there, or not any more. */
  | {
      readonly brings: 'snapshot';
      readonly address: Address;
      readonly node: string;
      readonly name: string;
      readonly there: boolean;
    }
  /** The guest is as its snapshot has it: stopped, or running with the memory that was kept. */
  | {
      readonly brings: 'rolled-back';
      readonly address: Address;
      readonly node: string;
      readonly name: string;
      readonly runs?: true;
    };

/** How a step is taken back, or why it can't be: nothing of it, or only these of the options that it brings, or parts of them ("scsi0.file"). */
export type Undo = readonly Act[] | { readonly impossible: string; readonly options?: readonly string[] };

/** One act on one node. */
export interface Step {
  /** change/step, unique in its plan: "3/1". The run's id goes before it. */
  readonly id: string;
  /** PVE's name of the node it runs on. */
  readonly node: string;
  readonly act: Act;
  readonly guards: readonly Guard[];
  /** Names of what no two steps may hold at once: "guest/100@prod", "storage/local-lvm@prod/pve1". */
  readonly locks: readonly string[];
  readonly effects: readonly Effect[];
  /** What its output holds when it has done what no file tells: "Finished Backup of VM 100". */
  readonly says?: string;
  readonly undo: Undo;
  /** Outlives the connection: runs under the run's id on the node and is found again. */
  readonly detached: boolean;
  readonly timeoutSeconds: number;
}

/** One property, before → after. Undefined: not set. */
export interface Difference {
  readonly property: string;
  readonly before?: PropertyValue;
  readonly after?: PropertyValue;
  /** Where `before` is pending: what the guest runs with until it restarts, null: without it. */
  readonly runs?: PropertyValue | null;
  readonly effect: 'now' | 'restart';
  /** Where the wanted value was declared. */
  readonly at?: Position;
}

/** The difference of one resource, with the steps that remove it. */
export interface Change {
  /** Unique in its plan, in the order of the document: "1", "2". */
  readonly id: string;
  readonly address: Address;
  /** Name that people know it by: "web-1". */
  readonly title: string;
  readonly action: 'create' | 'update' | 'delete';
  /** Node that it is on, or will be. */
  readonly node: string;
  readonly declaredAt?: Position;
  readonly declaredBy: readonly string[];
  readonly differences: readonly Difference[];
  /** What one should know before saying yes: "destroys 1 disk". */
  readonly risks: readonly string[];
  /** SHA-1 of the files that it was computed from. */
  readonly digests: Readonly<Record<string, string>>;
  /** Ids of the changes that must come before. */
  readonly after: readonly string[];
  readonly steps: readonly Step[];
  /** It is so already: the steps only wait until that shows. */
  readonly waits?: true;
}

/** What is to be done in one cluster, in order. Apply does what it says and decides nothing. */
export interface Plan {
  readonly cluster: string;
  readonly changes: readonly Change[];
}
