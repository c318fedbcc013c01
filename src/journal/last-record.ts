import { open } from 'node:fs/promises';
import type { JournalRecord } from './record.ts';
import { readRecord } from './record.ts';

/** A last record may be a plan of hundreds of changes. */
const FIRST_LOOK = 16_384;

/** The last whole record of a file, found from its end; undefined when there is none, or it is broken. */
export async function lastRecordOf(path: string): Promise<JournalRecord | undefined> {
  return (await lastRecords(path, 1)).at(-1);
}

/** The last whole records of a file, so many at most. */
export async function lastRecords(path: string, count: number): Promise<readonly JournalRecord[]> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return [];
  try {
    const { size } = await file.stat();
    for (let length = FIRST_LOOK; ; length *= 8) {
      const start = Math.max(0, size - length);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
      const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n').slice(0, -1);
      // The first may have its beginning before what was read.
      const whole = start === 0 ? lines : lines.slice(1);
      if (whole.length >= count || start === 0)
        return whole.slice(-count).flatMap((line) => {
          const record = readRecord(line);
          return typeof record === 'string' ? [] : [record];
        });
    }
  } finally {
    await file.close();
  }
}
