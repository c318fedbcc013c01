import type { Diagnostic } from '../../diagnostic.ts';
import type { PveCall } from '../../pve/call.ts';
import type { Snapshot, Unknown } from '../../snapshot/snapshot.ts';
import type { Wanted } from '../module.ts';
import type { DraftStep, Target } from './power-step.ts';
import type { Guest } from './read-guest.ts';

/** What a side setting is planned from. */
export interface SideContext {
  readonly wanted: Wanted;
  readonly snapshot: Snapshot;
  readonly target: Target;
  /** As it is; with nothing in it when it is only made now. */
  readonly guest: Guest;
  /** As the setting is: undefined where it is not set. */
  readonly before: string | undefined;
}

/** Something of a guest that a spec names beside its options, and that PVE sets by a call of its own. */
export interface SideSetting {
  readonly name: string;
  readonly help: string;
  /** The value in normal form, null: none is wanted; or what is wrong with it. */
  readonly parse: (value: unknown) => { readonly value: string | null } | { readonly problem: string };
  readonly read: (guest: Guest, snapshot: Snapshot) => string | undefined | Unknown;
  /** File of the cluster that holds it; left out where the guest's own config does. */
  readonly file?: string;
  /** Why a change to that can't be made. */
  readonly refuse: (wish: string | null, context: SideContext) => readonly Diagnostic[];
  /** Parameters of the call that makes a guest; left out where a step of its own must follow. */
  readonly atBirth?: (value: string) => PveCall['params'];
  readonly step: (wish: string | null, context: SideContext) => DraftStep;
  readonly write: (snapshot: Snapshot, vmid: number, value: string | null) => Snapshot;
}
