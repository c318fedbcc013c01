import type { LimitFunction } from 'p-limit';
import type { Brakes } from '../plan/brakes.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Batch } from './batch-failures.ts';
import type { Event, Outcome, Recorder, ReportEvent, RunningStep } from './event.ts';
import type { Exec } from './exec.ts';
import type { Locks } from './locks.ts';
import { createLocks } from './locks.ts';
import { patientExec } from './patient-exec.ts';
import type { Rereads } from './rereads.ts';
import { createRereads } from './rereads.ts';

export interface ApplyContext {
  readonly survey: Survey;
  /** The values of the secrets that the plans name. */
  readonly secrets?: ReadonlyMap<string, string>;
  /** The run's id, which goes before every step's id on the node. */
  readonly run: string;
  readonly exec: Exec;
  /** The journal: awaited before each step; the record of an end is there before the next one begins. */
  readonly record: Recorder;
  /** Shell text that holds while the run has the lock of a node's cluster; a step does nothing where it does not. */
  readonly mayChange?: string;
  /** Shell text that leaves a line about a step in the node's own log. */
  readonly note?: (step: string) => string;
  /** Reports: not waited for. */
  readonly report: (event: ReportEvent) => void;
  /** Aborted, by the user or because `record` can't: steps that run are finished, no new one is started. */
  readonly signal: AbortSignal;
  /** Aborted: steps that run are left to themselves; they go on on their nodes, and have no end in the journal. */
  readonly leave?: AbortSignal;
  /** Nodes in batches, and when to stop; none: all nodes at once, and all is finished. */
  readonly brakes?: Pick<Brakes, 'serial' | 'pauseSeconds' | 'maxFailPercentage'>;
}

/** Everything that the changes of one apply share. */
export interface Run extends ApplyContext {
  readonly rereads: Rereads;
  commands: number;
  /** Too many nodes failed: no new step is started. */
  isHalted: boolean;
  batch: Batch;
  /** Steps that have begun and not ended. */
  readonly running: Set<RunningStep>;
  /** Ends that are told and that nobody waits for alone. */
  readonly ends: Promise<void>[];
  readonly locks: Locks;
  readonly outcomes: Map<string, Outcome>;
  /** Digests of files as its own steps have left them, by "cluster path": what follows is not stale by them. */
  readonly left: Map<string, string>;
  /** One queue a node, by cluster and node. */
  readonly queues: Map<string, LimitFunction>;
}

/** Nothing of it has begun. */
export function newRun(context: ApplyContext): Run {
  return {
    ...context,
    exec: patientExec(context.exec, context.signal),
    rereads: createRereads(context.survey),
    commands: 0,
    isHalted: false,
    batch: { nodes: 0, failed: new Set() },
    running: new Set(),
    ends: [],
    locks: createLocks(),
    outcomes: new Map(),
    left: new Map(),
    queues: new Map(),
  };
}

/** New steps may be started. */
export function goesOn(run: Run): boolean {
  return !run.signal.aborted && !run.isHalted;
}

/** Tells the journal, which is waited for, and then the reports. */
export async function tell(run: Run, event: Event): Promise<void> {
  await run.record(event);
  run.report(event);
}

/**
 * Tells the end of a step or change. What begins next waits for its own record, which comes after this one and shares its
 * write; so only the end of the run waits for this.
 */
export function tellEnd(run: Run, event: Event): void {
  run.ends.push(tell(run, event));
}
