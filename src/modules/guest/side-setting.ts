import type { Diagnostic } from '../../diagnostic.ts';
import type { PropertyValue } from '../../plan/plan.ts';
import type { PveCall } from '../../pve/call.ts';
import type { Snapshot, Unknown } from '../../snapshot/snapshot.ts';
import type { Wanted, WantedValue } from '../module.ts';
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
  readonly before: PropertyValue | undefined;
}

export type ParsedSide =
  | { readonly value: WantedValue }
  | { readonly problem: string; readonly path?: readonly string[] };

/** Something of a guest that a spec names beside its options, and that PVE sets by a call of its own. */
export interface SideSetting {
  readonly name: string;
  readonly help: string;
  /** The value in normal form, null: none is wanted; or what is wrong with it. */
  readonly parse: (value: unknown) => ParsedSide;
  readonly read: (guest: Guest, snapshot: Snapshot) => PropertyValue | undefined | Unknown;
  /** The file of the cluster that holds it; left out where the guest's own config does. */
  readonly file?: (vmid: number) => string;
  /** What of a wish is not so; undefined: it is. */
  readonly missing: (wish: WantedValue, is: PropertyValue | undefined) => WantedValue | undefined;
  /** Why a change to that can't be made. */
  readonly refuse: (change: WantedValue, context: SideContext) => readonly Diagnostic[];
  /** What one should know before saying yes. */
  readonly risks?: (change: WantedValue, context: SideContext) => readonly string[];
  /** Parameters of the call that makes a guest; left out where a step of its own must follow. */
  readonly atBirth?: (change: WantedValue) => PveCall['params'];
  readonly step: (change: WantedValue, context: SideContext) => DraftStep | readonly DraftStep[];
  readonly write: (snapshot: Snapshot, vmid: number, change: WantedValue) => Snapshot;
}

/** For settings that are one text: what is wanted, unless it is so. */
export function missingText(wish: WantedValue, is: PropertyValue | undefined): WantedValue | undefined {
  return wish === (is ?? null) ? undefined : wish;
}
