import type { Outcome } from '../apply/event.ts';
import type { Diagnostic, Position, Positions, Result } from '../diagnostic.ts';
import type { Act, Change } from '../plan/plan.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Spec } from '../spec.ts';
import type { Variables } from '../template/render.ts';
import type { ExecOptions, Finished } from '../transports/transport.ts';
import type { Facts, HostRead } from './host/facts.ts';
import type { Parameters } from './host/parameters.ts';

/** A text before and after, for --diff. */
export interface TextDiff {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** How an action ended on one host. */
export interface ActionResult {
  readonly outcome: Outcome;
  /** One line or more for the report. */
  readonly message?: string;
  readonly stdout?: string;
  /** What `register` keeps beside changed, failed and msg, by Ansible's names: rc, stdout, stderr, cmd, stat, ... */
  readonly result?: Readonly<Record<string, unknown>>;
  /** Variables that the host has from now on: as of set_fact, or as of include_vars. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly included?: Readonly<Record<string, unknown>>;
  /** Facts of the host by Ansible's names: variables, and also in ansible_facts without "ansible_". */
  readonly gathered?: Readonly<Record<string, unknown>>;
  readonly diffs?: readonly TextDiff[];
  readonly diagnostics: readonly Diagnostic[];
}

/** How an act is run, beside what it is. */
export interface PerformOptions {
  /** What people read in place of the command line. */
  readonly title?: string;
  readonly stdin?: string | Buffer;
  /** It takes long and must not be cut short: it outlives the connection, so many seconds at most, and `resume` finds it. */
  readonly longSeconds?: number;
  /** All paths that it may change something at or below; left out: it may change anything. */
  readonly touches?: readonly string[];
}

/** How a change ended that an action has brought about. */
export interface BroughtAbout {
  readonly change: Change;
  readonly outcome: Outcome;
  readonly diagnostics: readonly Diagnostic[];
}

/** Since when something is waited for, by performance.now(), and how long at most. */
export interface WaitBounds {
  readonly since: number;
  readonly limitSeconds?: number;
}

/** What an action is run with: one host, one item of its loop. */
export interface ActionContext {
  readonly host: string;
  readonly variables: Variables;
  /** Only say what would be done. */
  readonly check: boolean;
  /** Also say how texts differ. */
  readonly diff: boolean;
  /** Where files of the controller are looked for, first to last: those of the role, of the tasks' file, of the playbook. */
  readonly directories: readonly string[];
  /** Opens what ansible-vault has encrypted; `what` and `at` are for errors. */
  readonly openVault?: (text: string, what: string, at: Position) => Promise<Result<string>>;
  /** Aborted when the run is. */
  readonly signal: AbortSignal;
  /** Tells people what is still missing while it waits: "storage nas is not active". They see it once it lasts a second. */
  readonly waitsFor: (what: string, bounds?: WaitBounds) => void;
  /**
   * What there is on the host. "known": answers from before count, as long as nothing that was done since may have made
   * them untrue; "now": they are of this turn of the task.
   */
  readonly look: (reads: readonly HostRead[], how: 'known' | 'now') => Promise<Result<Facts>>;
  /** To be asked before the first look that a change is decided from: takes the lock of the host's cluster. */
  readonly mayChange: () => Promise<Result<void>>;
  /** Reads something on the host: changes nothing there, and is no step. */
  readonly read: (
    script: string,
    options?: Pick<ExecOptions, 'timeoutSeconds' | 'connectsAnew' | 'stdin'>,
  ) => Promise<Result<Finished>>;
  /** Runs an act on the host as a step: recorded before and after, its output kept. */
  readonly perform: (act: Act, options?: PerformOptions) => Promise<Result<Finished>>;
  /** PVE's name of the host. */
  readonly node: string;
  /** PVE's names of the other nodes of its cluster for which the same task runs at the same time. */
  readonly beside: readonly string[];
  /** What is known of its cluster, read again when a command may have changed it; in check mode, as it would be. */
  readonly cluster: () => Promise<Snapshot>;
  /** Facts of the host by Ansible's names, gathered anew; in check mode those that are known. */
  readonly gather: () => Promise<Variables>;
  /**
   * Brings about what specs want: planned, shown, within the ceilings, long steps found again by `resume`. In check mode
   * it is predicted. A failure: nothing was done, for these reasons.
   */
  readonly bringAbout: (
    specs: readonly Pick<Spec, 'kind' | 'args'>[],
  ) => Promise<Result<readonly BroughtAbout[]>>;
}

/** An imperative task. Its arguments come rendered. */
export interface Action {
  readonly name: string;
  /** One sentence for the docs. */
  readonly help: string;
  /** Its arguments, for the docs. */
  readonly parameters: Parameters;
  /** Arguments that it takes as a mapping; those of Ansible's that it doesn't take yet. */
  readonly keys: readonly string[];
  readonly notYet: readonly string[];
  /** It takes arguments of any name: variables. */
  readonly takesAny?: true;
  /** What it does on one host counts for the next: hosts come one after the other. */
  readonly oneByOne?: true;
  /** It has to know the other nodes of its cluster. */
  readonly wholeCluster?: true;
  /** Arguments that are expressions: left unrendered, for the action to evaluate. */
  readonly expressions: readonly string[];
  /** Whether it can change a node, which --read-only refuses. */
  readonly changes: boolean;
  /**
   * What it will look at, as far as its arguments say; undefined, or left out: it does something of which nobody knows what
   * it changes, so nothing that comes after it can be looked at before.
   */
  readonly foresee?: (
    args: unknown,
    positions: Positions,
    wantsDiff: boolean,
  ) => readonly HostRead[] | undefined;
  /** Checks the arguments; errors have positions. The action is ready to run then. */
  readonly parse: (
    args: unknown,
    positions: Positions,
  ) => Result<(context: ActionContext) => Promise<ActionResult>>;
}
