import type { Positions } from './diagnostic.ts';

/**
 * One declared resource, as a front end (playbook task or state document) hands it to the planner:
 * already rendered, not yet validated against its kind's property table.
 */
export interface Spec {
  /** Resource kind: "vm", "container". */
  readonly kind: string;
  /** PVE's own option names and the words beside them (vmid, node, state); null removes an option. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Where each argument was written, by JSON pointer into `args`; "" is the resource itself. */
  readonly positions: Positions;
  /** Cluster it is meant for; left out only when the survey has just one. */
  readonly cluster?: string;
  /** PVE node to make it on when the spec names none: the one host of the play in that cluster. */
  readonly defaultNode?: string;
  /** The name that it was declared by where it left its number to the plan. */
  readonly knownAs?: string;
  /** Who declared it, for messages: an inventory host, or the document's name. */
  readonly declaredBy: string;
}
