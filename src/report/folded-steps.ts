import type { Event } from '../apply/event.ts';
import { duration } from './printable.ts';
import { stepLine } from './step-lines.ts';

type Finished = Extract<Event, { type: 'step-finished' }>;

/** Steps that went well and are told together, in place of a line each. */
export interface FoldedSteps {
  add(step: Finished): void;
  /** What is to be told of those since the last time. */
  take(width: number): readonly string[];
}

export function createFoldedSteps(): FoldedSteps {
  let done = 0;
  let notRun = 0;
  let slowest: Finished | undefined;
  return {
    add(step) {
      if (step.outcome === 'not-run') {
        notRun++;
        return;
      }
      done++;
      if (slowest === undefined || step.seconds > slowest.seconds) slowest = step;
    },
    take(width) {
      const lines = [
        ...(slowest === undefined
          ? []
          : [
              `    ${done} ${done === 1 ? 'step' : 'steps'} done; the slowest:`,
              stepLine(slowest, `done in ${duration(slowest.seconds)}`, width),
            ]),
        ...(notRun === 0 ? [] : [`    ${notRun} ${notRun === 1 ? 'step' : 'steps'} not run`]),
      ];
      done = 0;
      notRun = 0;
      slowest = undefined;
      return lines;
    },
  };
}
