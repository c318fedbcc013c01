import type { Event, LiveEvent, ReportEvent } from '../apply/event.ts';

type Started = Extract<Event, { type: 'step-started' }>;
type Waiting = Extract<LiveEvent, { type: 'step-waiting' }>;
type Progress = Extract<LiveEvent, { type: 'step-progress' }>;

export interface RunningStep {
  readonly step: Started;
  /** Milliseconds of the clock that `see` is given. */
  readonly since: number;
  readonly progress?: Progress;
}

/** What runs and what waits at this moment, and how much of the batch at hand is done. */
export interface LiveState {
  /** In the order in which they began. */
  readonly running: ReadonlyMap<string, RunningStep>;
  readonly waiting: ReadonlyMap<string, Waiting>;
  /** Steps that were planned; 0: not known. */
  readonly planned: number;
  readonly done: number;
  readonly failed: number;
  /** When its first step began. */
  readonly since: number | undefined;
  /** Takes in an event of that moment; whether anything here is another now. */
  see(event: ReportEvent, now: number): boolean;
}

export function createLiveState(): LiveState {
  const running = new Map<string, RunningStep>();
  const waiting = new Map<string, Waiting>();
  const begin = (planned: number) => ({ planned, done: 0, failed: 0, since: undefined });
  let counts: Pick<LiveState, 'planned' | 'done' | 'failed' | 'since'> = begin(0);
  return {
    running,
    waiting,
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
    see(event, now) {
      switch (event.type) {
        case 'task-started':
          counts = begin(0);
          return false;
        case 'planned':
          counts = begin(event.check ? 0 : stepsOf(event));
          return false;
        case 'step-waiting':
          waiting.set(keyOf(event), event);
          return true;
        case 'step-started':
          counts = { ...counts, since: counts.since ?? now };
          waiting.delete(keyOf(event));
          running.set(keyOf(event), { step: event, since: now });
          return true;
        case 'step-progress': {
          const step = running.get(keyOf(event));
          if (step !== undefined) running.set(keyOf(event), { ...step, progress: event });
          return step !== undefined;
        }
        case 'step-finished': {
          const { done, failed } = counts;
          counts = {
            ...counts,
            done: done + (event.outcome === 'done' ? 1 : 0),
            failed: failed + (event.outcome === 'failed' ? 1 : 0),
          };
          waiting.delete(keyOf(event));
          running.delete(keyOf(event));
          return true;
        }
        case 'recap':
        case 'run-finished':
          running.clear();
          waiting.clear();
          return true;
        default:
          return false;
      }
    },
  };
}

function stepsOf({ plans }: Extract<Event, { type: 'planned' }>): number {
  return plans.flatMap(({ changes }) => changes).reduce((sum, { steps }) => sum + steps.length, 0);
}

function keyOf({ cluster, step }: { readonly cluster: string; readonly step: string }): string {
  return `${cluster}#${step}`;
}
