import { hash } from 'node:crypto';
import { canonical, isCanonical } from './canonical.ts';
import type { Entry, HeadsEntry } from './entry.ts';

/**
 * One line of a journal: canonical JSON with the keys at, event, prev, seq, sha256. `sha256` is the SHA-256 of the same
 * object without it; its key sorts last, so a line is the text that was hashed with the hash put before its last brace.
 */
export interface JournalRecord<E = Entry | HeadsEntry> {
  readonly at: string;
  readonly event: E;
  /** Hash of the record before; of zeros in the first. */
  readonly prev: string;
  /** From 0. */
  readonly seq: number;
  readonly sha256: string;
}

/** Where a chain has come to: what the next record must carry. */
export interface ChainEnd {
  readonly seq: number;
  readonly prev: string;
}

export const chainStart: ChainEnd = { seq: 0, prev: '0'.repeat(64) };

/** The line of the next record, without its line break, and what follows it. */
export function writeRecord(
  end: ChainEnd,
  at: string,
  event: unknown,
): { readonly line: string; readonly end: ChainEnd } {
  const body = canonical({ at, event, prev: end.prev, seq: end.seq });
  const sha256 = hash('sha256', body);
  return { line: `${body.slice(0, -1)}${tailOf(sha256)}`, end: { seq: end.seq + 1, prev: sha256 } };
}

/** Reads a line; or the end of a sentence that begins with "this record". */
export function readRecord(line: string): JournalRecord | string {
  const body = `${line.slice(0, -tailLength)}}`;
  const tail = line.slice(-tailLength);
  const sha256 = tail.slice(tailStart.length, -2);
  if (tail !== tailOf(sha256)) return 'has no hash';
  if (hash('sha256', body) !== sha256) return 'was changed: its text has another hash than it says';
  const parsed = parse(line);
  if (!isRecord(parsed)) return 'is none of ours, though its hash is right';
  if (!isCanonical(line, parsed)) return 'is not in canonical form, though its hash is right';
  return parsed;
}

const tailStart = ',"sha256":"';
const tailLength = tailStart.length + 64 + 2;
const tailOf = (sha256: string): string => `${tailStart}${sha256}"}`;

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is JournalRecord {
  if (typeof value !== 'object' || value === null) return false;
  if (!('at' in value && 'event' in value && 'prev' in value && 'seq' in value)) return false;
  const { at, event, prev, seq } = value;
  return (
    typeof at === 'string' &&
    typeof prev === 'string' &&
    Number.isSafeInteger(seq) &&
    typeof event === 'object' &&
    event !== null &&
    'type' in event &&
    typeof event.type === 'string'
  );
}
