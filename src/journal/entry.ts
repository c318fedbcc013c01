import type { Event } from '../apply/event.ts';
import type { Diagnostic } from '../diagnostic.ts';

/** What stands in a run's journal beside the events of apply: its first and last records, and commands that are no steps. */
export type Entry = Event | Opened | CommandStarted | CommandFinished | Closed | Sealed;

/** Who and where from. */
export interface Caller {
  readonly user: string;
  /** Name of the controller. */
  readonly host: string;
  /** Who became `user` by sudo. */
  readonly sudoUser?: string;
  /** Address of the ssh client that the command was given from. */
  readonly from?: string;
}

/** The first record. */
export interface Opened {
  readonly type: 'opened';
  readonly format: 1;
  readonly run: string;
  readonly caller: Caller;
  readonly argv: readonly string[];
  /** The document that its plan is made of, as an absolute path: there are the secrets that no journal holds. */
  readonly document?: string;
  /** The run that this one goes on with; never one that resumed another itself. */
  readonly resumes?: string;
  /** The process that writes this, and when it began, as its system counts: another may have its number later. */
  readonly process?: { readonly pid: number; readonly began?: string };
  /** The run whose changes this one takes back. */
  readonly rollsBack?: string;
  /** The last record of the directory's chain of heads when this run began, and the run before with its head as it was then. */
  readonly after: { readonly heads: string; readonly run?: string; readonly head?: string };
}

/** A command of `exec`, or a copy of `cp`, is about to be sent to a host. */
export interface CommandStarted {
  readonly type: 'command-started';
  readonly at: string;
  readonly host: string;
  readonly command: string;
}

/** What it printed is not recorded. */
export interface CommandFinished {
  readonly type: 'command-finished';
  readonly at: string;
  readonly host: string;
  readonly command: string;
  readonly outcome: 'done' | 'failed';
  readonly exit: number | null;
  readonly seconds: number;
  /** SHA-256 of the files that it wrote. Before: null where there was none, left out where it was not read. */
  readonly files?: Readonly<Record<string, { readonly before?: string | null; readonly after: string }>>;
  readonly diagnostics: readonly Diagnostic[];
}

/** The run came to its end. Its hash is the run's head: it is what is signed, and what nodes get. */
export interface Closed {
  readonly type: 'closed';
  readonly exit: number;
  readonly done: number;
  readonly failed: number;
  readonly notRun: number;
  /** Hosts that were sent something that may change them. */
  readonly touched: readonly string[];
}

/** The last record: who vouches for the head. */
export interface Sealed {
  readonly type: 'sealed';
  /** What is signed: a line "RUN HEAD". */
  readonly statement: string;
  readonly signature: Signature | { readonly unsigned: string };
  /** Hosts that keep the head, and those that could not be given it, with the reason. */
  readonly kept: readonly string[];
  readonly notKept: Readonly<Record<string, string>>;
}

export interface Signature {
  /** As ssh-keygen prints it: "SHA256:...". */
  readonly key: string;
  /** As in an authorized_keys file. */
  readonly publicKey: string;
  /** Armored, as "ssh-keygen -Y verify -n pvefleet" takes it. */
  readonly sshsig: string;
}

/** Records of the directory's chain of heads: it ties the runs' own chains together. */
export type HeadsEntry =
  | { readonly type: 'journal'; readonly id: string; readonly host: string; readonly user: string }
  | { readonly type: 'run-opened'; readonly run: string; readonly first: string }
  | {
      readonly type: 'run-closed';
      readonly run: string;
      readonly head: string;
      readonly records: number;
    };
