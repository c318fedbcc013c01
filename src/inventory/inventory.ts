import type { Position } from '../diagnostic.ts';
import type { Node } from './node.ts';

/** A group as the inventory declares it; `all` and `ungrouped` are always there. */
export interface Group {
  readonly name: string;
  /** Names of hosts listed in the group itself. */
  readonly hosts: readonly string[];
  /** Names of the groups in it. */
  readonly children: readonly string[];
  readonly at?: Position;
}

/** Hosts and groups of all inventory files, in the order they were first written. */
export interface Inventory {
  readonly nodes: readonly Node[];
  readonly groups: readonly Group[];
  /** Variables of this machine where no host has its name: those of `all`, and of its own in host_vars/. */
  readonly ofLocalhost: Readonly<Record<string, unknown>>;
  /** Texts that were encrypted with ansible-vault, and their passwords: none of them may be in any output. */
  readonly secrets: ReadonlySet<string>;
}
