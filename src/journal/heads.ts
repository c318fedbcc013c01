import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Caller, HeadsEntry } from './entry.ts';
import { withLock } from './lock-file.ts';
import type { ChainEnd, JournalRecord } from './record.ts';
import { chainStart, readRecord, writeRecord } from './record.ts';

/** The chain that ties a directory's runs together: which began, with which first record, and which ended, with which head. */
export const headsFile = 'heads';

/** Records of heads are a few hundred bytes long. */
const TAIL_BYTES = 8192;

/** The chain of heads while no other process writes to it. */
export interface Heads {
  /** Hash of its first record: the journal's name. */
  readonly id: string;
  readonly last: JournalRecord;
  /** Resolves when it is on disk. */
  append(entry: HeadsEntry): Promise<void>;
}

/** Opens the chain of heads of a directory, makes it if need be, and does something with it while nobody else does. */
export async function withHeads<T>(
  directory: string,
  caller: Caller,
  act: (heads: Heads) => Promise<T>,
): Promise<T> {
  const path = join(directory, headsFile);
  return withLock(`${path}.lock`, async () => {
    const file = await open(path, 'a+', 0o600);
    try {
      return await act(await openHeads(file, caller));
    } finally {
      await file.close();
    }
  });
}

async function openHeads(file: FileHandle, { host, user }: Caller): Promise<Heads> {
  let end: ChainEnd = chainStart;
  const append = async (entry: HeadsEntry): Promise<void> => {
    const next = writeRecord(end, new Date().toISOString(), entry);
    await file.appendFile(`${next.line}\n`);
    await file.datasync();
    ({ end } = next);
  };
  if ((await lastLine(file)) === undefined) await append({ type: 'journal', id: randomUUID(), host, user });
  const text = (await lastLine(file)) ?? '';
  const last = readRecord(text);
  const first = readRecord(await firstLine(file));
  if (typeof last === 'string' || typeof first === 'string')
    throw new Error('its file "heads" was changed; "pvefleet audit verify" says where');
  end = { seq: last.seq + 1, prev: last.sha256 };
  return { id: first.sha256, last, append };
}

/** The last whole line, read from the end of the file. A line that its writer had not finished is taken away: nobody relies on it. */
async function lastLine(file: FileHandle): Promise<string | undefined> {
  const { size } = await file.stat();
  const start = Math.max(0, size - TAIL_BYTES);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
  const text = buffer.subarray(0, bytesRead).toString('latin1');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) await file.truncate(start + whole.length);
  if (whole === '') return undefined;
  const lines = whole.split('\n');
  return Buffer.from(lines.at(-2) ?? '', 'latin1').toString('utf8');
}

async function firstLine(file: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, 0);
  const text = buffer.subarray(0, bytesRead).toString('utf8');
  return text.slice(0, text.indexOf('\n'));
}
