import type { LiveReport } from './live-report.ts';
import { createLiveState } from './live-state.ts';
import { liveView } from './live-view.ts';
import type { Paint } from './paint.ts';

/** Lines of a log may be longer than those of most terminals. */
const SIZE = { columns: 200, rows: 24 } as const;

/** Seconds without a line after which it is said what runs: the first time, and from there on. */
const SILENCE = { first: 10, again: 60 } as const;

/**
 * Where nothing can be rewritten: text is printed as it comes, and now and then, while there is none, what runs and what
 * it waits for. Keeps no process alive for that.
 */
export function plainReport(write: (text: string) => void, paint: Paint): LiveReport {
  const state = createLiveState();
  let timer: NodeJS.Timeout | undefined;
  const isQuiet = (): boolean => state.running.size + state.waits.length === 0;
  const sayIn = (seconds: number): void => {
    clearTimeout(timer);
    timer = isQuiet() ? undefined : setTimeout(say, seconds * 1000).unref();
  };
  const say = (): void => {
    write(
      liveView(state, performance.now(), SIZE, paint)
        .map((line) => `${line}\n`)
        .join(''),
    );
    sayIn(SILENCE.again);
  };
  return {
    state,
    see(event, text = '') {
      state.see(event, performance.now());
      if (text !== '') write(text);
      if (text !== '' || timer === undefined || isQuiet()) sayIn(SILENCE.first);
    },
    flush: () => undefined,
    stop: () => state.stop(),
  };
}
