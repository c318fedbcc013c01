import type { Diagnostic, Position } from '../diagnostic.ts';
import type { Brakes } from '../plan/brakes.ts';
import type { WaitsForRestart } from '../plan/waits-for-restart.ts';
import type { Plan } from '../plan/plan.ts';

/** How a change or a task on a host ended. `left`: it was begun, and not finished; "resume" goes on with it. */
export type Outcome = 'ok' | 'changed' | 'failed' | 'skipped' | 'unreachable' | 'left';

/** Counts of a host in the recap, Ansible's words. */
export type HostRecap = Readonly<Record<Exclude<Outcome, 'left'>, number>> & {
  /** Left out: none. */
  readonly left?: number;
  /** Failures that a "rescue" took care of; those that were ignored, which are among the ok. Left out: none. */
  readonly rescued?: number;
  readonly ignored?: number;
};

/** What happened. The journal gets each and is awaited before and after a step. */
export type Event =
  | {
      readonly type: 'run-started';
      readonly run: string;
      readonly at: string;
      readonly argv: readonly string[];
      readonly user: string;
    }
  | {
      readonly type: 'surveyed';
      readonly clusters: readonly { readonly name: string; readonly nodes: readonly string[] }[];
      readonly unreachable: readonly Diagnostic[];
      readonly seconds: number;
    }
  | {
      readonly type: 'play-started';
      readonly name: string;
      readonly hosts: readonly string[];
      readonly at?: Position;
    }
  | { readonly type: 'task-started'; readonly name: string; readonly at?: Position }
  | { readonly type: 'planned'; readonly plans: readonly Plan[]; readonly check: boolean }
  /** The plans may be carried out: somebody said yes; and what holds them back. */
  | { readonly type: 'approved'; readonly brakes: Brakes }
  /**
   * For the journal alone: the text of the files that a cluster's plan is about, secrets blanked, before its first step
   * and after its last one; null: not there.
   */
  | {
      readonly type: 'files-kept';
      readonly when: 'before' | 'after';
      readonly cluster: string;
      readonly files: Readonly<Record<string, string | null>>;
    }
  /** With --serial: the turn of these nodes ("lab/pve1"). */
  | {
      readonly type: 'batch-started';
      readonly batch: number;
      readonly of: number;
      readonly nodes: readonly string[];
    }
  | {
      readonly type: 'step-started';
      readonly at: string;
      readonly cluster: string;
      readonly step: string;
      readonly address: string;
      readonly node: string;
      readonly command: string;
      readonly declaredAt?: Position;
      /** SHA-1 of the files that it is to change, before it. */
      readonly digests?: Readonly<Record<string, string>>;
      /** Its name on the node, by which it is found again; and the node's boot id, if it is known: after another boot it is gone. */
      readonly unit?: string;
      readonly boot?: string;
    }
  | {
      readonly type: 'step-finished';
      readonly at: string;
      readonly cluster: string;
      readonly step: string;
      readonly address: string;
      readonly node: string;
      readonly command: string;
      readonly declaredAt?: Position;
      /** SHA-1 of the files that it touched, as read again; null: not there any more. */
      readonly digests?: Readonly<Record<string, string | null>>;
      readonly unit?: string;
      readonly outcome: 'done' | 'failed' | 'not-run';
      /** Its node was lost in the middle: it may go on there, and nobody knows how it ends. */
      readonly inDoubt?: true;
      readonly exit: number | null;
      readonly seconds: number;
      readonly stdout: string;
      readonly stderr: string;
      readonly diagnostics: readonly Diagnostic[];
    }
  | {
      readonly type: 'change-finished';
      readonly cluster: string;
      readonly change: string;
      readonly address: string;
      readonly title: string;
      readonly outcome: Outcome;
      readonly diagnostics: readonly Diagnostic[];
    }
  | {
      readonly type: 'task-finished';
      readonly host: string;
      readonly outcome: Outcome;
      /** It failed, and a "rescue" takes care of that. */
      readonly rescued?: true;
      readonly item?: string;
      readonly message?: string;
      readonly stdout?: string;
      /** Texts that were changed, where the run was asked to show them. */
      readonly diffs?: readonly { readonly path: string; readonly before: string; readonly after: string }[];
      readonly diagnostics: readonly Diagnostic[];
    }
  /** Interrupted: these steps run, and are waited for. */
  | { readonly type: 'stopping'; readonly steps: readonly RunningStep[] }
  /** Interrupted again: these steps are left to themselves. */
  | { readonly type: 'left'; readonly steps: readonly RunningStep[] }
  | { readonly type: 'diagnostic'; readonly diagnostic: Diagnostic }
  | {
      readonly type: 'recap';
      readonly hosts: Readonly<Record<string, HostRecap>>;
      readonly commands: number;
      readonly seconds: number;
      readonly interrupted: boolean;
      /** Guests that have what was changed only after a restart. */
      readonly needsRestart?: readonly WaitsForRestart[];
    }
  | { readonly type: 'run-finished'; readonly at: string; readonly exit: number };

/** A step that has begun and not ended. */
export interface RunningStep {
  readonly node: string;
  readonly step: string;
  readonly command: string;
}

/** How it goes just now. For reports only: no journal keeps it, and nothing is lost when it is missed. */
export type LiveEvent =
  /** A step that could start waits. Told again when what it waits for changes. */
  | {
      readonly type: 'step-waiting';
      readonly cluster: string;
      readonly step: string;
      readonly address: string;
      readonly node: string;
      /** Locks of the step that others hold; none: it waits for its turn on its node, where as many run as may. */
      readonly locks: readonly {
        readonly name: string;
        /** The address of the change that has it. */
        readonly heldBy: string;
      }[];
    }
  /** A line that a long command has printed about how far it is. */
  | {
      readonly type: 'step-progress';
      readonly cluster: string;
      readonly step: string;
      readonly address: string;
      readonly node: string;
      /** 0 to 100; left out where the line has none. */
      readonly percent?: number;
      readonly text: string;
    }
  /** What tasks wait for where no step of theirs runs: all of it, each time that it is another; none: nobody waits any more. */
  | { readonly type: 'task-waiting'; readonly waits: readonly TaskWait[] };

/** What a task waits for on a host. */
export interface TaskWait {
  readonly host: string;
  readonly task: string;
  /** What is still missing: "storage nas is not active on pve1; an active one is wanted". */
  readonly what: string;
  /** Whole seconds so far; and how many at most, if that is known. */
  readonly seconds: number;
  readonly limit?: number;
}

/** All that reports get, which are not waited for. Everything a report shows comes from here. */
export type ReportEvent = Event | LiveEvent;

const LIVE: readonly string[] = [
  'step-waiting',
  'step-progress',
  'task-waiting',
] satisfies readonly LiveEvent['type'][];

/** Whether it tells how it goes just now, and is in no journal. */
export const isLive = (event: ReportEvent): event is LiveEvent => LIVE.includes(event.type);

/** The journal: resolves when the event is on disk. */
export type Recorder = (event: Event) => Promise<void>;
