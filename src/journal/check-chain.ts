import type { ChainEnd, JournalRecord } from './record.ts';
import { chainStart, readRecord } from './record.ts';

/** The first thing that is wrong in a file of records. */
export interface Flaw {
  /** From 1. */
  readonly line: number;
  /** The end of a sentence. */
  readonly what: string;
}

/** What a file of records is worth. */
export interface CheckedChain {
  /** Records that follow from each other, from the first on. */
  readonly records: number;
  /** Hash of the last of them; undefined when there is none. */
  readonly head: string | undefined;
  readonly flaw?: Flaw;
  /** The last line has no end: its writer was stopped in the middle of it. No sign of tampering by itself. */
  readonly cutLine?: number;
}

/** Checks lines one after the other. */
export interface ChainCheck {
  /** Gives the record, as long as nothing is wrong. */
  take(line: string): JournalRecord | undefined;
  /** What stands after the last line break, if anything. */
  end(rest: string): CheckedChain;
}

export function checkChain(): ChainCheck {
  let end: ChainEnd = chainStart;
  let flaw: Flaw | undefined;
  let lines = 0;
  return {
    take(line) {
      lines++;
      if (flaw !== undefined) return undefined;
      const record = readRecord(line);
      const what = typeof record === 'string' ? `this record ${record}` : misplaced(record, end);
      if (typeof record === 'string' || what !== undefined) {
        flaw = { line: lines, what: what ?? '' };
        return undefined;
      }
      end = { seq: record.seq + 1, prev: record.sha256 };
      return record;
    },
    end(rest) {
      return {
        records: end.seq,
        head: end.seq === 0 ? undefined : end.prev,
        ...(flaw !== undefined && { flaw }),
        ...(flaw === undefined && rest !== '' && { cutLine: lines + 1 }),
      };
    },
  };
}

function misplaced({ seq, prev }: JournalRecord, end: ChainEnd): string | undefined {
  if (seq > end.seq) {
    const missing = seq - end.seq === 1 ? `record ${end.seq} is` : `records ${end.seq} to ${seq - 1} are`;
    return `this is record ${seq}; ${missing} missing before it`;
  }
  if (seq < end.seq)
    return `this is record ${seq}; record ${end.seq} is wanted here: it was moved or put in twice`;
  return prev === end.prev
    ? undefined
    : `this record follows another one than that before it, which was replaced`;
}

/** Lines of a text. */
export function checkText(text: string): {
  readonly records: readonly JournalRecord[];
  readonly checked: CheckedChain;
} {
  const check = checkChain();
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  const records = lines.flatMap((line) => check.take(line) ?? []);
  return { records, checked: check.end(rest) };
}
