const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const EVENT = /^(?:([a-z]{3}(?:(?:,|\.\.)[a-z]{3})*)\s+)?(?:(\d{1,2}|\*(?:\/\d+)?):)?(\d{1,2}|\*(?:\/\d+)?)$/;
const NAMED: Readonly<Record<string, string>> = { hourly: '*:0', daily: '0:0', weekly: 'mon 0:0' };
const MINUTE = 60;
const DAY = 86_400;

/**
 * When a calendar event comes next after a time, both Unix seconds (UTC); undefined for one that has more in it than days of the week, an hour
 * and a minute, each one number or every so many.
 */
export function nextEvent(event: string, after: number): number | undefined {
  const found = EVENT.exec(NAMED[event] ?? event);
  if (found === null) return undefined;
  const [, days, hour = '*', minute = ''] = found;
  const wanted = days === undefined ? undefined : dayNumbers(days);
  const first = (Math.floor(after / MINUTE) + 1) * MINUTE;
  for (let time = first; time < first + 8 * DAY; time += MINUTE) {
    const date = new Date(time * 1000);
    if (
      matches(minute, date.getUTCMinutes()) &&
      matches(hour, date.getUTCHours()) &&
      (wanted === undefined || wanted.has(date.getUTCDay()))
    )
      return time;
  }
  return undefined;
}

function matches(pattern: string, value: number): boolean {
  if (pattern === '*') return true;
  return pattern.startsWith('*/') ? value % Number(pattern.slice(2)) === 0 : value === Number(pattern);
}

/** `mon..wed,sat` as numbers, Sunday being 0. */
function dayNumbers(text: string): ReadonlySet<number> {
  return new Set(
    text.split(',').flatMap((part) => {
      const [from = '', to = from] = part.split('..');
      const start = DAYS.indexOf(from);
      const length = (DAYS.indexOf(to) - start + 7) % 7;
      return Array.from({ length: length + 1 }, (_, index) => (start + index) % 7);
    }),
  );
}
