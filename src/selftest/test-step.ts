/** One thing that is tried on a node, and all that is expected of it: plain data. */
export interface TestStep {
  /** What is tried: "A VM is made". */
  readonly title: string;
  readonly group: 'vm' | 'container';
  /** When it fails, the rest of its group can't be tried. */
  readonly isBasic?: true;
  readonly does:
    /** Declared, and brought about as always: planned, applied, read back; then there is nothing left to plan. */
    | { readonly declares: readonly Declared[]; readonly repeats?: true }
    /** A command sent as it is, for what the planner would never plan. */
    | { readonly runs: readonly string[] };
  readonly expects: Expectation;
}

/** A resource or an act, as a document or a task has it. */
export interface Declared {
  readonly kind: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Lines are patterns (patterns.ts). */
export interface Expectation {
  /** PVE refuses it: an exit code that is not zero. */
  readonly fails?: true;
  /** Lines on its standard output, of all its commands one after the other. */
  readonly says?: readonly string[];
  /** Lines on standard error. */
  readonly complains?: readonly string[];
  /** By VMID, what of its config file changes: "+cores: 2", "-cores: 1"; all other files of the guests stay as they are. */
  readonly changes?: Readonly<Record<number, readonly string[]>>;
  /** Tasks that it leaves, with the last line of their logs: "qmstart: TASK OK". */
  readonly tasks?: readonly string[];
  /** VMIDs that run afterwards. */
  readonly running?: readonly number[];
}

/** What a self-test may use, and nothing beyond it. */
export interface Place {
  /** The host's name in the inventory, its cluster, and PVE's name of it. */
  readonly host: string;
  readonly cluster: string;
  readonly node: string;
  readonly storage: { readonly id: string; readonly type: string; readonly forContainers: boolean };
  /** A bridge for network cards whose link is down; none: guests have no card. */
  readonly bridge?: string;
  readonly vmids: TestVmids;
}

/** The guests that are made. */
export interface TestVmids {
  readonly vm: number;
  readonly clone: number;
  readonly linked: number;
  readonly container: number;
  readonly containerClone: number;
}

/** How many VMIDs a self-test takes. */
export const VMIDS_WANTED = 5;

/** Every guest of a self-test has a name that begins with this: none without it is ever removed. */
export const MARK = 'pvefleet-selftest';
