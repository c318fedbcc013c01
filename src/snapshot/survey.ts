import type { Diagnostic } from '../diagnostic.ts';
import type { Snapshot } from './snapshot.ts';

/** What the probe found: a snapshot per cluster or lone node, and who could not be reached, each with its reason. */
export interface Survey {
  readonly clusters: readonly Snapshot[];
  /** One error a host (its `host` is set): did not answer, refused the key, changed host key, unreadable answer. */
  readonly unreachable: readonly Diagnostic[];
}
