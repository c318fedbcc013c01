import type { Recording, Step } from './recording.ts';

/** `UPID:node:pid:pstart:TIME:`, the time in hexadecimal digits. */
const UPID = /UPID:[\w-]+:[0-9A-F]{8}:[0-9A-F]{8,9}:([0-9A-F]{8}):/;

/**
 * When a recording began, as its node's clock had it: told by what steps left with a time in it, a new guest or a task, less what all
 * steps up to there took; the pauses between them only make it later. 0 if nothing tells.
 */
export function beginOf({ steps }: Recording): number {
  let elapsed = 0;
  const begins = steps.flatMap((step) => {
    elapsed += step.seconds;
    const time = timeIn(step);
    return time === undefined ? [] : [time - elapsed];
  });
  return begins.length === 0 ? 0 : Math.min(...begins);
}

function timeIn({ argv, stdout, files }: Step): number | undefined {
  if (/^(?:qm|pct) (?:create|restore|clone) /.test(argv.join(' '))) {
    const made = Object.values(files).flatMap((text) => /\bctime=(\d+)/.exec(text ?? '')?.[1] ?? []);
    if (made.length === 1) return Number(made[0]);
  }
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  const upid = line.startsWith('UPID:') ? UPID.exec(line)?.[1] : undefined;
  return upid === undefined ? undefined : Number.parseInt(upid, 16);
}

/** A list of tasks, as JSON in a line or as a table, without those from before the recording: they are in no start state. */
export function withoutHistory(text: string, begin: number): string {
  if (!UPID.test(text)) return text;
  if (text.startsWith('[{"')) return jsonWithout(text, begin);
  if (!text.startsWith('+-')) return text;
  const lines = text.split('\n');
  const old = (line: string | undefined): boolean => isOld(line ?? '', begin);
  return lines.filter((line, at) => !old(line) && !(line.startsWith('+') && old(lines[at - 1]))).join('\n');
}

function isOld(text: string, begin: number): boolean {
  const time = UPID.exec(text)?.[1];
  return time !== undefined && Number.parseInt(time, 16) < Math.floor(begin);
}

function jsonWithout(text: string, begin: number): string {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    return text;
  }
  if (!Array.isArray(rows)) return text;
  const kept = rows.map((row) => JSON.stringify(row)).filter((row) => !isOld(row, begin));
  return `[${kept.join(',')}]\n`;
}
