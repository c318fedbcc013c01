import type { ReportEvent } from '../apply/event.ts';
import { liveLines } from './live-lines.ts';
import type { LiveState } from './live-state.ts';
import { createLiveState } from './live-state.ts';
import type { Size } from './live-view.ts';
import { liveView } from './live-view.ts';
import type { Paint } from './paint.ts';

/** Milliseconds between two drawings at least: a fleet's steps end by the hundred a second. */
const PACE = 100;

/** What stays is printed above a live view of what runs. */
export interface LiveReport {
  readonly state: LiveState;
  /** Takes an event in, and prints text about it that stays; soon. */
  see(event: ReportEvent, text?: string): void;
  /** Prints at once what is to be printed: others write now, or the process ends. */
  flush(): void;
  /** The run was interrupted: no new step is begun, and somebody else has written below what is shown. */
  stop(): void;
}

/** On a terminal: draws at most ten times a second, and once a second while something runs; keeps no process alive for that. */
export function liveReport(write: (text: string) => void, size: () => Size, paint: Paint): LiveReport {
  const lines = liveLines(write, size);
  const state = createLiveState();
  let text = '';
  let drawn = -Infinity;
  let soon: NodeJS.Timeout | undefined;
  let tick: NodeJS.Timeout | undefined;
  const draw = (): void => {
    clearTimeout(soon);
    soon = undefined;
    drawn = performance.now();
    const printed = text;
    text = '';
    const view = liveView(state, drawn, size(), paint);
    lines.draw(printed, view);
    if (view.length > 0) tick ??= setInterval(draw, 1000).unref();
    else {
      clearInterval(tick);
      tick = undefined;
    }
  };
  const drawSoon = (): void => {
    const wait = drawn + PACE - performance.now();
    if (wait <= 0) draw();
    else soon ??= setTimeout(draw, wait);
  };
  return {
    state,
    see(event, more = '') {
      const isNews = state.see(event, performance.now());
      text += more;
      if (isNews || more !== '') drawSoon();
    },
    flush: draw,
    stop() {
      state.stop();
      lines.leave();
      drawSoon();
    },
  };
}
