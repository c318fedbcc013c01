/**
 * The shapes of the plugin contract by which other programs query, compare and change state; docs/drift.md. An action is
 * an object with one key, as such programs write their enums.
 */

export const PLUGIN = 'proxmox';
export const CONTRACT_VERSION = '1.0.0';

export type State = Readonly<Record<string, unknown>>;

export type StateAction =
  | { readonly Create: { readonly resource: string; readonly config: State } }
  | { readonly Modify: { readonly resource: string; readonly changes: State } }
  | { readonly Delete: { readonly resource: string } }
  | { readonly NoOp: { readonly resource: string } };

export interface StateDiff {
  readonly plugin: string;
  readonly actions: readonly StateAction[];
  readonly metadata: {
    /** Seconds since 1970. */
    readonly timestamp: number;
    /** Of what the resources of the actions are, and of what they are to be. */
    readonly current_hash: string;
    readonly desired_hash: string;
  };
}

export interface Checkpoint {
  readonly id: string;
  readonly plugin: string;
  readonly timestamp: number;
  /** What was, by resource; null: it was not there. */
  readonly state_snapshot: Readonly<Record<string, State | null>>;
  /** Names of PVE's snapshots that were taken first (--checkpoint snapshot), by resource; null: none was asked for. */
  readonly backend_checkpoint: Readonly<Record<string, string>> | null;
}

export interface ApplyResult {
  readonly success: boolean;
  readonly changes_applied: readonly string[];
  readonly errors: readonly string[];
  readonly checkpoint: Checkpoint | null;
}

/** What "pvefleet apply" can promise; "query --capabilities" prints it. */
export const capabilities = {
  name: PLUGIN,
  version: CONTRACT_VERSION,
  supports_rollback: true,
  supports_checkpoints: true,
  supports_verification: true,
  atomic_operations: false,
} as const;
