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
  // Moved by its offset, so that the UTC fields are those of the zone.
  const offset = zone === 'UTC' ? 0 : -moment.getTimezoneOffset();
  const at = new Date(moment.getTime() + offset * MINUTE);
  const written = (pattern: string): string =>
    pattern.replaceAll(/%-?([a-zA-Z%])/gu, (whole, letter: string) => {
      const made = field(letter, at, { seconds, offset, zone });
      if (made === undefined) return whole;
      const short = whole.startsWith('%-') ? made.replace(/^[0 ]+(?=.)/u, '') : made;
      return COMPOSED.includes(letter) ? written(short) : short;
    });
  return written(format);
}

interface Moment {
  readonly seconds: number;
  /** Minutes east of UTC. */
  readonly offset: number;
  readonly zone: 'local' | 'UTC';
}

/** These stand for others. */
const COMPOSED = ['D', 'F', 'R', 'T', 'r', 'c', 'x', 'X', 'h'];

function field(letter: string, at: Date, { seconds, offset, zone }: Moment): string | undefined {
  const two = (number: number, fill = '0'): string => String(number).padStart(2, fill);
  const [year, month, date, day, hour] = [
    at.getUTCFullYear(),
    at.getUTCMonth(),
    at.getUTCDate(),
    at.getUTCDay(),
    at.getUTCHours(),
  ];
  const dayOfYear = Math.floor((at.getTime() - Date.UTC(year, 0, 1)) / DAY);
  const sign = offset < 0 ? '-' : '+';
  const [weekYear, week] = isoWeek(at);
  return {
    '%': '%',
    n: '\n',
    t: '\t',
    Y: String(year),
    C: two(Math.floor(year / 100)),
    y: two(year % 100),
    m: two(month + 1),
    d: two(date),
    e: two(date, ' '),
    H: two(hour),
    I: two(hour % 12 || 12),
    k: two(hour, ' '),
    l: two(hour % 12 || 12, ' '),
    M: two(at.getUTCMinutes()),
    S: two(at.getUTCSeconds()),
    p: hour < 12 ? 'AM' : 'PM',
    P: hour < 12 ? 'am' : 'pm',
    a: DAYS[day]?.slice(0, 3),
    A: DAYS[day],
    b: MONTHS[month]?.slice(0, 3),
    B: MONTHS[month],
    j: String(dayOfYear + 1).padStart(3, '0'),
    u: String(day || 7),
    w: String(day),
    U: two(Math.floor((dayOfYear + 7 - day) / 7)),
    W: two(Math.floor((dayOfYear + 7 - ((day + 6) % 7)) / 7)),
    V: two(week),
    G: String(weekYear),
    s: String(Math.trunc(seconds)),
    z: `${sign}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`,
    Z: zone === 'UTC' ? 'GMT' : zoneName(seconds),
    D: '%m/%d/%y',
    F: '%Y-%m-%d',
    R: '%H:%M',
    T: '%H:%M:%S',
    r: '%I:%M:%S %p',
    c: '%a %b %e %H:%M:%S %Y',
    x: '%m/%d/%y',
    X: '%H:%M:%S',
    h: '%b',
  }[letter];
}

const zoneName = (seconds: number): string =>
  new Intl.DateTimeFormat('en', { timeZoneName: 'short' })
    .formatToParts(new Date(seconds * 1000))
    .find(({ type }) => type === 'timeZoneName')?.value ?? '';

/** The week that holds the year's first Thursday is its first. */
function isoWeek(at: Date): readonly [year: number, week: number] {
  const thursday = new Date(at.getTime() + (3 - ((at.getUTCDay() + 6) % 7)) * DAY);
  const year = thursday.getUTCFullYear();
  return [year, Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY / 7) + 1];
}
