import { open } from 'node:fs/promises';
import type { Closed, Opened, Sealed } from './entry.ts';
import { lastRecords } from './last-record.ts';
import { readRecord } from './record.ts';

/** A run by its first and last records alone; the chain between them is not looked at. */
export interface RunSummary {
  readonly run: string;
  readonly at: string | undefined;
  readonly opened: Opened | undefined;
  /** Undefined: it was cut off, or is still running. */
  readonly closed: Closed | undefined;
  readonly closedAt: string | undefined;
  readonly sealed: Sealed | undefined;
}

/** A first record is not longer than its command line. */
const FIRST_BYTES = 262_144;

export async function summarizeRun(run: string, path: string): Promise<RunSummary> {
  const [first, last] = await Promise.all([firstRecord(path), lastRecords(path, 2)]);
  const closed = last.find(({ event }) => event.type === 'closed');
  const sealed = last.at(-1)?.event;
  return {
    run,
    at: first?.at,
    opened: first?.event.type === 'opened' ? first.event : undefined,
    closed: closed?.event.type === 'closed' ? closed.event : undefined,
    closedAt: closed?.at,
    sealed: sealed?.type === 'sealed' ? sealed : undefined,
  };
}

async function firstRecord(path: string) {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    const length = Math.min(size, FIRST_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    const record = readRecord(buffer.subarray(0, bytesRead).toString('utf8').split('\n')[0] ?? '');
    return typeof record === 'string' ? undefined : record;
  } finally {
    await file.close();
  }
}
