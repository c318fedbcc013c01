import { parseAddress } from '../address.ts';
import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { LogRow } from './log-rows.ts';

/** What rows are wanted; what is left out does not count. */
export interface RowFilter {
  readonly node?: string | undefined;
  /** A VMID, or an address. */
  readonly guest?: string | undefined;
  readonly user?: string | undefined;
  /** As people give them: see readTime. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** Whether a row is wanted; or what is wrong with the filter. */
export function rowFilter(filter: RowFilter, now: Date): Result<(row: LogRow) => boolean> {
  const since = filter.since === undefined ? undefined : readTime(filter.since, now);
  const until = filter.until === undefined ? undefined : readTime(filter.until, now);
  if (since === null) return fail(noTime('since', filter.since ?? ''));
  if (until === null) return fail(noTime('until', filter.until ?? ''));
  const { node, guest, user } = filter;
  return ok(
    (row) =>
      (node === undefined || row.node === node) &&
      (guest === undefined || isGuest(row, guest)) &&
      (user === undefined || row.caller.user === user || row.caller.sudoUser === user) &&
      (since === undefined || Date.parse(row.at) >= since) &&
      (until === undefined || Date.parse(row.at) <= until),
  );
}

function isGuest({ address }: LogRow, guest: string): boolean {
  if (address === null) return false;
  if (address === guest || address.split('@')[0] === guest) return true;
  const parsed = parseAddress(address);
  return parsed?.name === guest && ['vm', 'container'].includes(parsed.kind);
}

const seconds = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** Milliseconds since 1970 of a date, a date and a time in UTC, or a time ago as "12h"; null when it is none of them. */
function readTime(text: string, now: Date): number | null {
  const ago = /^(?<count>\d{1,6})(?<unit>[smhdw])$/u.exec(text)?.groups;
  if (ago !== undefined) {
    const unit = (['s', 'm', 'h', 'd', 'w'] as const).find((each) => each === ago['unit']) ?? 's';
    return now.getTime() - Number(ago['count']) * seconds[unit] * 1000;
  }
  const stamp = /^(?<date>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d(?:\.\d+)?)?)Z?)?$/u.exec(
    text,
  )?.groups;
  if (stamp === undefined) return null;
  const time = Date.parse(`${stamp['date']}T${stamp['time'] ?? '00:00'}Z`);
  return Number.isNaN(time) ? null : time;
}

function noTime(flag: string, value: string) {
  return {
    code: 'cli/time',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot read --${flag} ${value}: it is no time; one as 2026-01-31, 2026-01-31T12:00 or 7d is wanted`,
  } as const;
}
