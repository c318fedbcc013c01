/**
 * PVE's calendar events, the schedules of jobs and replication ("mon..fri 02:00", "*\/15", "sat 18:15", "daily"), read
 * as proxmox-time's calendar_event.rs reads them (PVE/CalendarEvent.pm only calls it).
 */
export interface CalendarEvent {
  /** The times are in UTC, not in the node's time zone. */
  readonly utc: boolean;
  /** 0 is Monday. */
  readonly days: Values;
  readonly year: Values;
  readonly month: Values;
  readonly day: Values;
  readonly hour: Values;
  readonly minute: Values;
  readonly second: Values;
}

/** In order, each once; "*" is every one that there is. */
export type Values = readonly number[] | '*';

/** When the event happens; a text is why PVE refuses it, "<what is>; <what is wanted>". */
export function parseCalendarEvent(text: string): CalendarEvent | string {
  const trimmed = text.trim();
  const utc = trimmed.endsWith('UTC');
  const body = utc ? trimmed.slice(0, -3).replace(/ +$/u, '') : trimmed;
  const shorthand = Object.hasOwn(shorthands, body) ? shorthands[body] : undefined;
  const rest: Cursor = { text: shorthand ?? body };
  const hasDays = /^[a-z]/iu.test(rest.text);
  const days = hasDays ? readDays(rest) : '*';
  if (days === undefined) return refusal(text, rest);
  skipSpace(rest);
  const date = readDate(rest);
  if (date !== undefined) skipSpace(rest);
  const time = readTime(rest);
  const isAny = hasDays || date !== undefined || time !== undefined;
  if (rest.text !== '' || !isAny) return refusal(text, rest);
  return { utc, days, ...(date ?? everyDay), ...(time ?? midnight) };
}

/**
 * One text for all texts that mean the same times ("mon..fri *-*-* 02:00:00"), or "never"; undefined for a text that
 * PVE refuses. Days of a month that does not have them are not looked for.
 */
export function normalCalendarEvent(text: string): string | undefined {
  const event = parseCalendarEvent(text);
  if (typeof event === 'string') return undefined;
  const { utc, days, year, month, day, hour, minute, second } = event;
  const parts = [days, year, month, day, hour, minute, second];
  if (parts.some((values) => values.length === 0)) return 'never';
  const weekdays = days === '*' ? '' : `${days.map((index) => weekdayNames[index] ?? '').join(',')} `;
  const date = [year, month, day].map(valuesText).join('-');
  return `${weekdays}${date} ${[hour, minute, second].map(valuesText).join(':')}${utc ? ' UTC' : ''}`;
}

/** What is not read yet. */
interface Cursor {
  text: string;
}

const weekdayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const longNames = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

const shorthands: Readonly<Record<string, string>> = {
  minutely: '*:*:0',
  hourly: '*:0:0',
  daily: '*-*-* 0:0:0',
  weekly: 'mon 0:0:0',
  monthly: '*-*-1 0:0:0',
  quarterly: '*-1,4,7,10-1 0:0:0',
  semiannually: '*-1,7-1 0:0:0',
  'semi-annually': '*-1,7-1 0:0:0',
  yearly: '*-1-1 0:0:0',
  annually: '*-1-1 0:0:0',
};

const everyDay = { year: '*', month: '*', day: '*' } as const;
const midnight = { hour: [0], minute: [0], second: [0] } as const;

function refusal(text: string, { text: rest }: Cursor): string {
  const where = rest === '' || rest === text ? '' : ` from "${rest}" on`;
  return `"${text}" is no calendar event${where}; one like "mon..fri 02:00", "*/15" or "daily" is wanted`;
}

function skipSpace(rest: Cursor): void {
  rest.text = rest.text.replace(/^[ \t]+/u, '');
}

function take(rest: Cursor, pattern: RegExp): string | undefined {
  const [found] = pattern.exec(rest.text) ?? [];
  if (found !== undefined) rest.text = rest.text.slice(found.length);
  return found;
}

/** What `read` reads; when it reads nothing, the cursor is where it was. */
function attempt<T>(rest: Cursor, read: () => T | undefined): T | undefined {
  const { text } = rest;
  const found = read();
  if (found === undefined) rest.text = text;
  return found;
}

/** "mon,wed..fri"; a range may go over the end of the week. */
function readDays(rest: Cursor): Values | undefined {
  const found = new Set<number>();
  do {
    const from = readDay(rest);
    if (from === undefined) return undefined;
    const to = attempt(rest, () => (take(rest, /^\.\./u) === undefined ? undefined : readDay(rest))) ?? from;
    for (let day = from; ; day = (day + 1) % 7) {
      found.add(day);
      if (day === to) break;
    }
  } while (take(rest, /^,/u) !== undefined);
  return found.size === 7 ? '*' : [...found].toSorted((a, b) => a - b);
}

function readDay(rest: Cursor): number | undefined {
  const word = take(rest, /^[a-z]+/iu)?.toLowerCase();
  if (word === undefined) return undefined;
  const index = Math.max(weekdayNames.indexOf(word), longNames.indexOf(word));
  return index === -1 ? undefined : index;
}

/** What a number may be: `start` is where "*" begins, `limit` the first that PVE refuses, `last` where a step ends. */
interface Domain {
  readonly start: number;
  readonly limit: number;
  readonly last: number;
}

// A step without an end goes on for ever; past 2400 no schedule is told from another.
const years: Domain = { start: 0, limit: 2200, last: 2400 };
const months: Domain = { start: 1, limit: 13, last: 12 };
const monthDays: Domain = { start: 1, limit: 32, last: 31 };
const hours: Domain = { start: 0, limit: 24, last: 23 };
const sixty: Domain = { start: 0, limit: 60, last: 59 };

/** YEAR-MONTH-DAY or MONTH-DAY. */
function readDate(rest: Cursor): { year: Values; month: Values; day: Values } | undefined {
  return (
    attempt(rest, () => {
      const year = readValues(rest, years);
      const month = year && readAfter(rest, '-', months);
      const day = month && readAfter(rest, '-', monthDays);
      return year && month && day && { year, month, day };
    }) ??
    attempt(rest, () => {
      const month = readValues(rest, months);
      const day = month && readAfter(rest, '-', monthDays);
      return month && day && { year: '*', month, day };
    })
  );
}

/** [HOUR:]MINUTE[:SECOND]; what can't be hours is read as minutes. */
function readTime(rest: Cursor): { hour: Values; minute: Values; second: Values } | undefined {
  const hour = attempt(rest, () => {
    const values = readValues(rest, hours);
    return values && take(rest, /^:/u) === ':' ? values : undefined;
  });
  return attempt(rest, () => {
    const minute = readValues(rest, sixty);
    const second = minute && (attempt(rest, () => readAfter(rest, ':', sixty)) ?? [0]);
    return minute && second && { hour: hour ?? '*', minute, second };
  });
}

const readAfter = (rest: Cursor, mark: '-' | ':', domain: Domain): Values | undefined =>
  take(rest, mark === '-' ? /^-/u : /^:/u) === undefined ? undefined : readValues(rest, domain);

/** "*", "*\/15", or a list of "3", "1..7", "5/20", "8..18/2". */
function readValues(rest: Cursor, domain: Domain): Values | undefined {
  const found = new Set<number>();
  if (take(rest, /^\*/u) !== undefined) {
    const step = attempt(rest, () => readStep(rest, domain));
    if (step === undefined || step === 0) {
      if (step === 0) rest.text = `/0${rest.text}`;
      return '*';
    }
    addSteps(found, domain.start, step, domain.last);
    return valuesOf(found, domain);
  }
  do {
    const item = readItem(rest, domain);
    if (item === undefined) return undefined;
    for (const value of item) found.add(value);
  } while (take(rest, /^,(?=\d)/u) !== undefined);
  return valuesOf(found, domain);
}

function readItem(rest: Cursor, domain: Domain): ReadonlySet<number> | undefined {
  const found = new Set<number>();
  const from = readNumber(rest, domain);
  if (from === undefined) return undefined;
  const to = attempt(rest, () => (take(rest, /^\.\./u) === undefined ? undefined : readNumber(rest, domain)));
  if (to !== undefined && to < from) return undefined;
  const hasStep = rest.text.startsWith('/');
  const step = readStep(rest, domain);
  if (hasStep && step === undefined) return undefined;
  // A step of 0 is the first value alone (DateTimeValue contains).
  if (step === 0 || (step === undefined && to === undefined)) found.add(from);
  else addSteps(found, from, step ?? 1, to ?? domain.last);
  return found;
}

const readStep = (rest: Cursor, domain: Domain): number | undefined =>
  take(rest, /^\//u) === undefined ? undefined : readNumber(rest, domain);

function readNumber(rest: Cursor, { limit }: Domain): number | undefined {
  const digits = take(rest, /^\d+/u);
  return digits === undefined || Number(digits) >= limit ? undefined : Number(digits);
}

function addSteps(found: Set<number>, from: number, step: number, last: number): void {
  for (let value = from; value <= last; value += step) found.add(value);
}

/** The values that there are: a day 0 is never. */
function valuesOf(found: ReadonlySet<number>, { start, last }: Domain): Values {
  const values = [...found].filter((value) => value >= start && value <= last).toSorted((a, b) => a - b);
  return values.length === last - start + 1 ? '*' : values;
}

/** "0,15,30..45" */
function valuesText(values: Values): string {
  if (values === '*') return '*';
  const runs: [number, number][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run !== undefined && value === run[1] + 1) run[1] = value;
    else runs.push([value, value]);
  }
  return runs.map(([from, to]) => (from === to ? two(from) : `${two(from)}..${two(to)}`)).join(',');
}

const two = (value: number): string => String(value).padStart(2, '0');
