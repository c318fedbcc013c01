import { shQuote } from '../text/sh-quote.ts';
import { parseBoolean } from './scalar-form.ts';
import { vzdumpOptions } from './schema/vzdump-options.ts';
import { shellWords } from './shell-words.ts';
import { closedLine, lineEnd, splitLines } from './text-lines.ts';
import { splitList } from './text-list.ts';

/**
 * The old file of backup jobs, /etc/pve/vzdump.cron, read as pve-guest-common's VZDump/Common.pm
 * parse_vzdump_cron_config reads it, with every line kept: encode(decode(text)) is text, always.
 */
export interface VzdumpCron {
  readonly lines: readonly CronLine[];
}

/** A line with its end in `text`. */
export type CronLine =
  /** Blank, a comment, or the PATH that PVE always writes anew. */
  | { readonly type: 'blank' | 'comment' | 'path'; readonly text: string }
  | { readonly type: 'job'; readonly text: string; readonly job: CronJob }
  /** PVE keeps the line but makes no job of it; or it ignores and loses it. "<what is>; <what is wanted>" */
  | { readonly type: 'kept' | 'broken'; readonly text: string; readonly problem: string };

export interface CronJob {
  readonly minute: number;
  readonly hour: number;
  /** In the order of the week, each once. */
  readonly days: readonly Weekday[];
  readonly enabled: boolean;
  /** Of the call of vzdump by their names; `vmid` are the guests, divided by ",". */
  readonly options: ReadonlyMap<string, readonly string[]>;
}

export type Weekday = (typeof weekdays)[number];

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Reads vzdump.cron. Takes any text. */
export function decodeVzdumpCron(text: string): VzdumpCron {
  return { lines: splitLines(text).map(readCronLine) };
}

/** The text of the file; what was not edited comes out as it went in. */
export function encodeVzdumpCron(cron: VzdumpCron): string {
  return cron.lines.map((line) => line.text).join('');
}

/** The jobs in the order of the file. */
export function cronJobs(cron: VzdumpCron): readonly CronJob[] {
  return cron.lines.flatMap((line) => (line.type === 'job' ? [line.job] : []));
}

/** Replaces the job at that position, from 0, or adds it behind the last line. */
export function setCronJob(cron: VzdumpCron, position: number, job: CronJob): VzdumpCron {
  const old = cron.lines.filter((line) => line.type === 'job')[position];
  if (old === undefined) {
    const closed = cron.lines.map((line) => ({ ...line, text: closedLine(line.text) }));
    return { lines: [...closed, readCronLine(`${formatCronJob(job)}\n`)] };
  }
  const made = readCronLine(`${formatCronJob(job)}${lineEnd(old.text)}`);
  return { lines: cron.lines.map((line) => (line === old ? made : line)) };
}

/** Removes the job at that position, from 0. */
export function removeCronJob(cron: VzdumpCron, position: number): VzdumpCron {
  const old = cron.lines.filter((line) => line.type === 'job')[position];
  return { lines: cron.lines.filter((line) => line !== old) };
}

/** The line that PVE writes for a job, without a line end (write_vzdump_cron_config, command_line). */
export function formatCronJob({ minute, hour, days, enabled, options }: CronJob): string {
  const numbers = days.map((day) => weekdays.indexOf(day) + 1).toSorted((a, b) => a - b);
  const dow = days.length === 0 || days.length === 7 ? '*' : numbers.join(',');
  const words = [`${enabled ? '' : '#'}vzdump`, ...splitList(options.get('vmid')?.join(',') ?? '')];
  for (const [name, values] of options) {
    if (name === 'vmid') continue;
    for (const value of values) if (value !== '') words.push(`--${name}`, shQuote(value));
  }
  return `${minute} ${hour} * * ${dow.padEnd(11)} root ${words.join(' ')}`;
}

const jobPattern =
  /^(?<minute>\d+)\s+(?<hour>\d+)\s+\*\s+\*\s+(?<dow>\S+)\s+root\s+(?:\/\S+\/)?(?<off>#)?vzdump(?:\s+(?<args>.*))?$/su;

function readCronLine(text: string): CronLine {
  const line = text.replace(/\n$/u, '');
  if (line.startsWith('#')) return { type: 'comment', text };
  if (/^\s*$/u.test(line)) return { type: 'blank', text };
  if (/^PATH\s*=/u.test(line)) return { type: 'path', text };
  const { minute, hour, dow, off, args } = jobPattern.exec(line)?.groups ?? {};
  if (minute === undefined || hour === undefined || dow === undefined) {
    const isCron = /^\S+\s+\S+\s+\S+\s+\S+\s+\S+\s+\S+\s+\S/u.test(line);
    return {
      type: isCron ? 'kept' : 'broken',
      text,
      problem: `"${line.trim()}" is no backup job; "MINUTE HOUR * * DAYS root vzdump ..." is wanted`,
    };
  }
  const days = readDays(dow);
  if (days === undefined)
    return {
      type: 'kept',
      text,
      problem: `"${dow}" are no days of the week; "*", "1,2" or "mon-fri" is wanted`,
    };
  const options = readArguments(args ?? '');
  if (typeof options === 'string') return { type: 'kept', text, problem: options };
  const job = { minute: Number(minute), hour: Number(hour), days, enabled: off === undefined, options };
  return { type: 'job', text, job };
}

/** Days as cron writes them (parse_dow): numbers from 0 or 1 for Sunday or Monday to 7, names, ranges of names. */
function readDays(text: string): readonly Weekday[] | undefined {
  if (text === '*') return weekdays;
  const found = new Set<Weekday>();
  for (const part of splitList(text)) {
    const { from, to, digit } =
      /^(?:(?<digit>[0-7])|(?<from>[a-z]{3})(?:-(?<to>[a-z]{3}))?)$/iu.exec(part)?.groups ?? {};
    const first = digit === undefined ? dayIndex(from) : (Number(digit) + 6) % 7;
    const last = to === undefined ? first : dayIndex(to);
    if (first === -1 || last === -1) return undefined;
    for (const day of weekdays.slice(first, last + 1)) found.add(day);
  }
  return weekdays.filter((day) => found.has(day));
}

const dayIndex = (name: string | undefined): number =>
  weekdays.findIndex((day) => day === name?.toLowerCase());

/** Options and VMIDs of a call; a text is why PVE does not take them (PVE::JSONSchema get_options). */
function readArguments(text: string): ReadonlyMap<string, readonly string[]> | string {
  const words = shellWords(text);
  if (words === undefined) return `"${text}" has a quote that is not closed; one more is wanted`;
  const found = new Map<string, readonly string[]>();
  const guests: string[] = [];
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const { name, value } = /^--?(?<name>[a-z][a-z-]*)(?:=(?<value>.*))?$/su.exec(word)?.groups ?? {};
    if (name === undefined) {
      if (word.startsWith('-')) return `"${word}" is no option of vzdump; --NAME VALUE is wanted`;
      guests.push(...splitList(word));
      continue;
    }
    const schema = Object.hasOwn(vzdumpOptions, name) ? vzdumpOptions[name] : undefined;
    if (schema === undefined) return `"--${name}" is no option of vzdump; one that vzdump knows is wanted`;
    const isFlag = schema.type === 'boolean';
    const takesNext = value === undefined && (!isFlag || parseBoolean(left[0] ?? '') !== undefined);
    const given = value ?? (takesNext ? left.shift() : '1');
    if (given === undefined) return `"--${name}" has no value; one is wanted`;
    found.set(name, schema.type === 'array' ? [...(found.get(name) ?? []), given] : [given]);
  }
  if (guests.length > 0) found.set('vmid', [guests.join(',')]);
  return found;
}
