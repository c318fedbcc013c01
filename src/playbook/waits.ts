import type { TaskWait } from '../apply/event.ts';
import type { WaitBounds } from '../actions/action.ts';

/** What is not said otherwise: a host reads what it was asked for. */
export const NO_ANSWER = 'no answer yet';

/** What a turn of a task waits for on a host, from its beginning to its end. */
export interface Wait {
  /** What is still missing; as of now, unless it is said since when. */
  say(what: string, bounds?: WaitBounds): void;
  /** Until `say`: a step shows how it goes on. */
  hide(): void;
  end(): void;
}

export interface Waits {
  begin(host: string, task: string): Wait;
}

/** Milliseconds. What is over sooner than LONG is not told; what lasts is told again. */
const SOON = 20;
const TICK = 500;
const LONG = 1000;
const AGAIN = 60_000;

interface Open {
  readonly host: string;
  readonly task: string;
  /** Undefined: something else is shown of it. */
  what: string | undefined;
  since: number;
  limit: number | undefined;
  /** Since when nothing else is shown of it. */
  shownSince: number;
}

/** Tells what tasks wait for: all of it, at most twice a second if it is another than before, and once a minute. */
export function createWaits(tell: (waits: readonly TaskWait[]) => void): Waits {
  const open = new Set<Open>();
  let told = '[]';
  let toldAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Timeout | undefined;

  const look = (): void => {
    const now = performance.now();
    const waits = [...open].flatMap((each) => waitOf(each, now));
    const text = JSON.stringify(waits.map(({ seconds: _seconds, ...wait }) => wait));
    if (text === told && (waits.length === 0 || now - toldAt < AGAIN)) return;
    told = text;
    toldAt = now;
    tell(waits);
  };

  /** Hosts come to their steps together, and are told of together. */
  const lookSoon = (): void => {
    if (told === '[]') return;
    soon ??= setTimeout(() => {
      soon = undefined;
      look();
    }, SOON).unref();
  };

  return {
    begin(host, task) {
      const now = performance.now();
      const mine: Open = { host, task, what: NO_ANSWER, since: now, limit: undefined, shownSince: now };
      open.add(mine);
      timer ??= setInterval(look, TICK).unref();
      return {
        say(what, bounds) {
          const moment = performance.now();
          if (mine.what === undefined) mine.shownSince = moment;
          mine.what = what;
          mine.since = bounds?.since ?? moment;
          mine.limit = bounds?.limitSeconds;
        },
        hide() {
          mine.what = undefined;
          lookSoon();
        },
        end() {
          open.delete(mine);
          if (open.size > 0) {
            lookSoon();
            return;
          }
          clearInterval(timer);
          clearTimeout(soon);
          timer = undefined;
          soon = undefined;
          look();
        },
      };
    },
  };
}

function waitOf({ host, task, what, since, limit, shownSince }: Open, now: number): readonly TaskWait[] {
  if (what === undefined || now - shownSince < LONG) return [];
  const seconds = Math.floor((now - since) / 1000);
  return [{ host, task, what, seconds, ...(limit !== undefined && { limit }) }];
}
