import type { Event, LiveEvent, ReportEvent, TaskWait } from '../apply/event.ts';

type Started = Extract<Event, { type: 'step-started' }>;
type Waiting = Extract<LiveEvent, { type: 'step-waiting' }>;
type Progress = Extract<LiveEvent, { type: 'step-progress' }>;

export interface RunningStep {
  readonly step: Started;
  /** Milliseconds of the clock that `see` is given. */
  readonly since: number;
  readonly progress?: Progress;
}

/** What a task waits for on a host, and since when. */
export interface ShownWait extends TaskWait {
  readonly since: number;
}

/** What runs and what waits at this moment, and how much of the batch at hand is done. */
export interface LiveState {
  /** In the order in which they began. */
  readonly running: ReadonlyMap<string, RunningStep>;
  readonly waiting: ReadonlyMap<string, Waiting>;
  /** What tasks wait for, beside steps. */
  readonly waits: readonly ShownWait[];
  /** Steps that were planned; 0: not known. */
  readonly planned: number;
  readonly done: number;
  readonly failed: number;
  /** When its first step began. */
  readonly since: number | undefined;
  /** No new step is begun. */
  readonly isStopping: boolean;
  stop(): void;
  /** Takes in an event of that moment; whether anything here is another now. */
  see(event: ReportEvent, now: number): boolean;
}

export function createLiveState(): LiveState {
  const running = new Map<string, RunningStep>();
  const waiting = new Map<string, Waiting>();
  const begin = (planned: number) => ({ planned, done: 0, failed: 0, since: undefined });
  let isStopping = false;
  let waits: readonly ShownWait[] = [];
  let counts: Pick<LiveState, 'planned' | 'done' | 'failed' | 'since'> = begin(0);
  return {
    running,
    waiting,
    get waits() {
      return waits;
    },
    get planned() {
      return counts.planned;
    },
    get done() {
      return counts.done;
    },
    get failed() {
      return counts.failed;
    },
    get since() {
      return counts.since;
    },
    get isStopping() {
      return isStopping;
    },
    stop() {
      isStopping = true;
    },
    see(event, now) {
      if (event.type === 'task-started') counts = begin(0);
      if (event.type === 'planned') counts = begin(event.check ? 0 : stepsOf(event));
      if (event.type === 'recap' || event.type === 'run-finished' || event.type === 'left') {
        running.clear();
        waiting.clear();
        waits = [];
        return true;
      }
      if (event.type === 'task-waiting') {
        waits = event.waits.map((wait) => ({ ...wait, since: now - wait.seconds * 1000 }));
        return true;
      }
      if (!isOfStep(event)) return false;
      const key = `${event.cluster}#${event.step}`;
      if (event.type === 'step-progress') {
        const step = running.get(key);
        if (step !== undefined) running.set(key, { ...step, progress: event });
        return step !== undefined;
      }
      waiting.delete(key);
      if (event.type === 'step-waiting') waiting.set(key, event);
      if (event.type === 'step-started') {
        counts = { ...counts, since: counts.since ?? now };
        running.set(key, { step: event, since: now });
      }
      if (event.type === 'step-finished') {
        running.delete(key);
        if (event.outcome === 'done') counts = { ...counts, done: counts.done + 1 };
        if (event.outcome === 'failed') counts = { ...counts, failed: counts.failed + 1 };
      }
      return true;
    },
  };
}

type OfStep = Extract<ReportEvent, { readonly step: string }>;

function isOfStep(event: ReportEvent): event is OfStep {
  return 'step' in event;
}

function stepsOf({ plans }: Extract<Event, { type: 'planned' }>): number {
  return plans.flatMap(({ changes }) => changes).reduce((sum, { steps }) => sum + steps.length, 0);
}
