import type { ActionContext } from '../actions/action.ts';
import type { ClusterLocks } from '../apply/cluster-locks.ts';
import type { Event, Recorder, ReportEvent } from '../apply/event.ts';
import type { Exec } from '../apply/exec.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Node } from '../inventory/node.ts';
import type { Ceilings } from '../plan/brakes.ts';
import type { KnownSecrets } from '../plan/known-secrets.ts';
import type { WaitsForRestart } from '../plan/waits-for-restart.ts';
import type { Plan } from '../plan/plan.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Variables } from '../template/render.ts';
import type { GivenNumbers } from './given-numbers.ts';
import type { Ahead } from './foresee.ts';
import type { HostStore } from './host-store.ts';
import type { Knowledge } from './knowledge.ts';
import type { Locked } from './lock-clusters.ts';
import type { Play, Role, Task } from './playbook.ts';
import type { TagChoice } from './tags.ts';
import type { Tally } from './tally.ts';
import type { HostPlace } from './task-specs.ts';
import type { HostVariables } from './variables.ts';
import type { Waits } from './waits.ts';

/** A user to become, and how. */
export interface Who {
  readonly user: string;
  readonly method: string | undefined;
}

/** What a run is given; all its I/O is in here. */
export interface RunOptions {
  /** The run's id. */
  readonly run: string;
  /** For the record: the command line, and who gave it. */
  readonly argv: readonly string[];
  readonly user: string;
  readonly inventory: Inventory;
  /** Hosts of each play (play-hosts.ts). */
  readonly hosts: ReadonlyMap<Play, readonly Node[]>;
  readonly survey: Survey;
  readonly surveySeconds: number;
  /** Reads the nodes again: before a resource task when a command of the user's may have changed what is known. */
  readonly resurvey: () => Promise<Survey>;
  readonly exec: Exec;
  /** The same as another user than the inventory says; null: as who logs in. */
  readonly execAs: (who: Who | null) => Exec;
  /** The same two for what only reads: hosts that were only asked are not touched by the run. */
  readonly asking?: Pick<RunOptions, 'exec' | 'execAs'>;
  /** Names who runs a host's commands, so that two ways to be the same user are one. */
  readonly nameAs?: (host: string, who: Who | null) => string;
  /** What was read with the survey. */
  readonly known?: Knowledge;
  /** Taken when a task is about to change something in a cluster, and kept to the end of the run. */
  readonly locks: ClusterLocks;
  readonly record: Recorder;
  /** The same for the steps of these plans, which set these secrets. */
  readonly recordOf?: (plans: readonly Plan[], secrets: ReadonlyMap<string, string>) => Recorder;
  /** Shell text that leaves a line about a step in the node's own log. */
  readonly note?: (step: string) => string;
  readonly report: (event: ReportEvent) => void;
  readonly check: boolean;
  /** Also says how texts differ. */
  readonly diff: boolean;
  readonly readOnly: boolean;
  readonly allowDestroy: boolean;
  readonly rotateSecrets: boolean;
  /** Secrets that earlier runs have set. */
  readonly knownSecrets?: KnownSecrets;
  /** For all that the run changes. */
  readonly ceilings: Ceilings;
  /** Milliseconds since 1970: what is changed is kept first as it is, and what was kept so before is removed. */
  readonly checkpointsSince?: number;
  /** A backup of what is changed or removed is taken first, on this storage. */
  readonly checkpointStorage?: string;
  readonly tags: TagChoice;
  /** What --limit says. */
  readonly limit?: string;
  readonly startAtTask?: string;
  /** Opens what ansible-vault has encrypted. */
  readonly openVault?: ActionContext['openVault'];
  /** Asks before each task whether it is to run. */
  readonly mayRun?: (task: string) => Promise<boolean>;
  readonly extraVars: Variables;
  /** Answers to the questions of "vars_prompt". */
  readonly prompted: Variables;
  /** Of the playbook's file. */
  readonly directory: string;
  readonly signal: AbortSignal;
  /** Aborted: what runs is left to itself. */
  readonly leave?: AbortSignal;
  /** Why the journal can't be written any more, which aborts `signal` too; undefined while it can. */
  readonly recordTrouble: () => Diagnostic | undefined;
}

/** What a run knows while it goes on. */
export interface Run {
  readonly options: RunOptions;
  readonly tally: Tally;
  /** As it is now, or in check mode as it would be. */
  survey: Survey;
  /** What was done since the survey was read may have changed what is in it. */
  isStale: boolean;
  /** What hosts have answered to tasks. */
  readonly known: Knowledge;
  /** How many tasks are read ahead on a host; as many as can be where it is not said. */
  readonly sight: Map<string, number>;
  /** Locks of clusters that are held or being taken. */
  readonly locking: Map<string, Promise<Locked>>;
  commands: number;
  /** What was planned so far, for the ceilings. */
  readonly planned: Plan[];
  /** What needs a restart after what was done so far, by address. */
  readonly waiting: Map<string, WaitsForRestart>;
  /** Numbers that tasks have given to guests so far. */
  given: GivenNumbers;
  /** Tasks begun so far. */
  tasks: number;
  /** Steps begun so far, by task and node. */
  readonly steps: Map<string, number>;
  readonly store: HostStore;
  /** Tasks before the one of this name are left out. */
  startAt: string | undefined;
  /** So many have failed that no other play begins. */
  isBroken: boolean;
  /** Tasks that an interrupted run did not come to. */
  readonly notBegun: Task[];
  /** What tasks wait for, for people to see. */
  readonly waits: Waits;
  /** Hands an event to the journal, which is awaited, and to the report. */
  readonly emit: (event: Event) => Promise<void>;
}

/** A play, or one batch of its hosts, while it goes on. */
export interface PlayRun {
  readonly run: Run;
  readonly play: Play;
  /** The hosts of this batch. */
  readonly nodes: readonly Node[];
  /** Those of the play, and of what was included so far. */
  readonly handlers: Task[];
  /** Roles whose variables all tasks have from here on: those that were included as "public". */
  readonly exposed: Role[];
  /** Hosts that have had each role that was included or imported, by its key. */
  readonly hadRoles: Map<string, Set<string>>;
  /** Hosts that have notified each handler since it last ran. */
  readonly notified: Map<Task, Set<string>>;
  /** Hosts that have ended it early, by "meta". */
  readonly ended: Set<string>;
  /** Hosts that have failed in it for good. */
  readonly failed: Set<string>;
  /** Hosts that were out before it began. */
  readonly lostBefore: ReadonlySet<string>;
  /** Nobody goes on with this batch, or with the whole play. */
  stopped?: 'batch' | 'play';
  /** Variables of a host, with what includes have given. */
  readonly variablesOf: (node: Node, given: Variables) => HostVariables;
}

/** Where the run is inside a play. */
export interface Flow {
  readonly play: PlayRun;
  /** A host that fails here goes on in a "rescue". */
  readonly isRescued: boolean;
  /** What the includes around have given each host: the item of their loops. */
  readonly given: ReadonlyMap<string, Variables>;
  /** What comes after here. */
  readonly after?: Ahead | undefined;
}

export interface BatchHost {
  readonly place: HostPlace;
  readonly variables: HostVariables;
}

/** One task with the hosts that take part in it. */
export interface Batch {
  readonly run: Run;
  readonly task: Task;
  readonly hosts: readonly BatchHost[];
  /** This task, and what comes after it. */
  readonly ahead?: Ahead;
}
