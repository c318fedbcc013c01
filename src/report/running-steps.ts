import type { Event } from '../apply/event.ts';
import { cut } from '../text/columns.ts';
import type { LiveLines } from './live-lines.ts';
import type { Paint } from './paint.ts';
import { stepLine } from './step-lines.ts';

type Started = Extract<Event, { type: 'step-started' }>;
type Finished = Extract<Event, { type: 'step-finished' }>;

/** More than these would push the plan off the screen. */
const mostShown = 8;

/** What runs now, one live line each with the time it has taken; ticks once a second and never keeps the process alive. */
export interface RunningSteps {
  start(step: Started): void;
  finish(step: Finished): void;
  stop(): void;
}

export function runningSteps(live: LiveLines, width: () => number, paint: Paint): RunningSteps {
  const running = new Map<string, { readonly step: Started; readonly since: number }>();
  let timer: NodeJS.Timeout | undefined;
  const draw = (): void => {
    const now = performance.now();
    const room = width() - 1;
    const lines = [...running.values()].map(({ step, since }) => {
      return paint('cyan', cut(stepLine(step, `${Math.floor((now - since) / 1000)} s`, room), room));
    });
    const more = lines.length - mostShown;
    live.show(more > 1 ? [...lines.slice(0, mostShown), paint('dim', `    and ${more} more`)] : lines);
  };
  const update = (): void => {
    draw();
    if (running.size > 0) timer ??= setInterval(draw, 1000).unref();
    else stop();
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    start(step) {
      running.set(keyOf(step), { step, since: performance.now() });
      update();
    },
    finish(step) {
      running.delete(keyOf(step));
      update();
    },
    stop() {
      running.clear();
      update();
    },
  };
}

function keyOf({ cluster, step }: Started | Finished): string {
  return `${cluster}#${step}`;
}
