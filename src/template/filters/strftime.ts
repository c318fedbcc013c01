const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A moment as strftime(3) writes it in the locale C, in local time or UTC. */
export function strftime(format: string, seconds: number, zone: 'local' | 'UTC'): string {
  const moment = new Date(seconds * 1000);
  const offset = zone === 'UTC' ? 0 : -moment.getTimezoneOffset();
  return written(format, { at: new Date(moment.getTime() + offset * MINUTE), seconds, offset, zone });
}

interface Moment {
  /** Moved by its offset, so that its UTC fields are those of the zone. */
  readonly at: Date;
  readonly seconds: number;
  /** Minutes east of UTC. */
  readonly offset: number;
  readonly zone: 'local' | 'UTC';
}

function written(format: string, moment: Moment): string {
  return format.replaceAll(/%-?([a-zA-Z%])/gu, (whole, letter: string) => {
    const made = FIELDS.get(letter)?.(moment);
    if (made === undefined) return whole;
    return whole.startsWith('%-') ? made.replace(/^[0 ]+(?=.)/u, '') : made;
  });
}

const two = (number: number, fill = '0'): string => String(number).padStart(2, fill);
const hour12 = (at: Date): number => at.getUTCHours() % 12 || 12;
const dayOfYear = (at: Date): number =>
  Math.floor((at.getTime() - Date.UTC(at.getUTCFullYear(), 0, 1)) / DAY);
/** How many weeks of the year have begun; `since`: days since the week at hand has. */
const weekOfYear = (at: Date, since: number): string => two(Math.floor((dayOfYear(at) + 7 - since) / 7));

/** A field that stands for others. */
const composed =
  (format: string) =>
  (moment: Moment): string =>
    written(format, moment);

const FIELDS: ReadonlyMap<string, (moment: Moment) => string | undefined> = new Map(
  Object.entries<(moment: Moment) => string | undefined>({
    '%': () => '%',
    n: () => '\n',
    t: () => '\t',
    Y: ({ at }) => String(at.getUTCFullYear()),
    C: ({ at }) => two(Math.floor(at.getUTCFullYear() / 100)),
    y: ({ at }) => two(at.getUTCFullYear() % 100),
    m: ({ at }) => two(at.getUTCMonth() + 1),
    d: ({ at }) => two(at.getUTCDate()),
    e: ({ at }) => two(at.getUTCDate(), ' '),
    H: ({ at }) => two(at.getUTCHours()),
    I: ({ at }) => two(hour12(at)),
    k: ({ at }) => two(at.getUTCHours(), ' '),
    l: ({ at }) => two(hour12(at), ' '),
    M: ({ at }) => two(at.getUTCMinutes()),
    S: ({ at }) => two(at.getUTCSeconds()),
    p: ({ at }) => (at.getUTCHours() < 12 ? 'AM' : 'PM'),
    P: ({ at }) => (at.getUTCHours() < 12 ? 'am' : 'pm'),
    a: ({ at }) => DAYS[at.getUTCDay()]?.slice(0, 3),
    A: ({ at }) => DAYS[at.getUTCDay()],
    b: ({ at }) => MONTHS[at.getUTCMonth()]?.slice(0, 3),
    B: ({ at }) => MONTHS[at.getUTCMonth()],
    j: ({ at }) => String(dayOfYear(at) + 1).padStart(3, '0'),
    u: ({ at }) => String(at.getUTCDay() || 7),
    w: ({ at }) => String(at.getUTCDay()),
    U: ({ at }) => weekOfYear(at, at.getUTCDay()),
    W: ({ at }) => weekOfYear(at, (at.getUTCDay() + 6) % 7),
    V: ({ at }) => two(isoWeek(at).week),
    G: ({ at }) => String(isoWeek(at).year),
    s: ({ seconds }) => String(Math.trunc(seconds)),
    z: ({ offset }) => {
      const minutes = Math.abs(offset);
      return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
    },
    Z: ({ zone, seconds }) => (zone === 'UTC' ? 'GMT' : zoneName(seconds)),
    D: composed('%m/%d/%y'),
    F: composed('%Y-%m-%d'),
    R: composed('%H:%M'),
    T: composed('%H:%M:%S'),
    r: composed('%I:%M:%S %p'),
    c: composed('%a %b %e %H:%M:%S %Y'),
    x: composed('%m/%d/%y'),
    X: composed('%H:%M:%S'),
    h: composed('%b'),
  }),
);

const zoneName = (seconds: number): string =>
  new Intl.DateTimeFormat('en', { timeZoneName: 'short' })
    .formatToParts(new Date(seconds * 1000))
    .find(({ type }) => type === 'timeZoneName')?.value ?? '';

/** The week that holds the year's first Thursday is its first. */
function isoWeek(at: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(at.getTime() + (3 - ((at.getUTCDay() + 6) % 7)) * DAY);
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY / 7) + 1 };
}
