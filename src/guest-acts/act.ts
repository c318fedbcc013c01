import type { Address } from '../address.ts';
import type { Result } from '../diagnostic.ts';
import type { ArgumentRow } from '../modules/argument-row.ts';
import type { Claim, Draft, PlanOptions, Wanted } from '../modules/module.ts';
import type { Change } from '../plan/plan.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ActedGuest } from './acted-guest.ts';

/** What tasks, flags and help pages know of an act. */
export interface ActWords {
  /** One line, without a full stop. */
  readonly summary: string;
  /** A task that does it, for the docs page; a test runs it. */
  readonly example: string;
  readonly args: readonly ArgumentRow[];
  /** What it makes or fills is there once, so a selector may mean one guest only. */
  readonly ofOne?: true;
}

/** Arguments as they were given, each in its normal form: "1" and "0" for switches, digits, text. */
export type ActArguments = Readonly<Record<string, string>>;

/** What an act is drafted from. */
export interface Asked {
  readonly guest: ActedGuest;
  readonly args: ActArguments;
  readonly snapshot: Snapshot;
  /** The wish itself, with the guest's address, for refusals at the place where it was written. */
  readonly wanted: Wanted;
  readonly options: PlanOptions;
}

/** What is to be done; no steps: it is so already. */
export interface ActDraft extends Pick<Draft, 'differences' | 'risks' | 'steps' | 'waits'> {
  /** Another thing than the guest: a clone that is made. */
  readonly address?: Address;
  readonly title?: string;
  readonly action?: Change['action'];
}

/** Something that is done to a guest: one typed constant, all of it pure. */
export interface GuestAct extends ActWords {
  /** As tasks and commands call it: "start". */
  readonly name: string;
  /** Kinds of guest that it is for; without it, both. */
  readonly only?: 'vm' | 'container';
  /** Locks of the guest that don't hinder it (a hibernated VM is locked, and started all the same). */
  readonly throughLocks?: readonly string[];
  /** What it would have alone in the cluster: the VMID of a clone. */
  claims?(args: ActArguments): readonly Claim[];
  draft(asked: Asked): Result<ActDraft>;
}
