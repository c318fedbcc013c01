import type { Address } from '../address.ts';
import type { Result } from '../diagnostic.ts';
import type { Draft, PlanOptions, Wanted } from '../modules/module.ts';
import type { Change } from '../plan/plan.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ActedGuest } from './acted-guest.ts';

/** An argument of an act: a row of data. Tasks, flags, their checks and the docs come from it. */
export interface ActArgument {
  /** PVE's own word where it has one: "timeout", "forceStop", "with-local-disks". */
  readonly name: string;
  readonly type: 'switch' | 'number' | 'text';
  readonly required?: true;
  /** Of a number. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** The only texts that there are. */
  readonly choices?: readonly string[];
  /** Of a text: what it must look like, and that in words. */
  readonly form?: { readonly pattern: RegExp; readonly words: string };
  /** Its flag where commands have one of its name already; the name, in lower case with dashes, unless said. */
  readonly flag?: string;
  /** Name of its value on help pages: "SECONDS". */
  readonly value?: string;
  /** One line, without a full stop. */
  readonly help: string;
}

/** What tasks, flags and help pages know of an act. */
export interface ActWords {
  /** One line, without a full stop. */
  readonly summary: string;
  readonly args: readonly ActArgument[];
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
export interface ActDraft extends Pick<Draft, 'differences' | 'risks' | 'steps'> {
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
  draft(asked: Asked): Result<ActDraft>;
}
