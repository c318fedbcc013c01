import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';
import type { Recorder } from '../apply/event.ts';
import { openAppender } from './appender.ts';
import type { Entry, Opened } from './entry.ts';
import { withHeads } from './heads.ts';
import type { Heads } from './heads.ts';
import type { ChainEnd } from './record.ts';
import { chainStart, writeRecord } from './record.ts';
import { lastRecordOf } from './last-record.ts';
import { listKeys } from './ordered-keys.ts';
import { runFile } from './run-file.ts';
import { ownProcess } from './run-process.ts';

export interface Journal {
  readonly run: string;
  readonly path: string;
  /** The directory's chain of heads, by its first hash. */
  readonly id: string;
  readonly directory: string;
  /** Resolves when the entry is on disk, so that a step never runs without its record. */
  readonly record: Recorder & ((entry: Entry) => Promise<void>);
  /** The last record that was given: number and hash. */
  head(): { readonly seq: number; readonly head: string };
  /** Ends the file and tells the chain of heads; without it the run counts as cut off. */
  close(): Promise<void>;
}

/** What a run is about, where it is about something that is there. */
export type OpenedFor = Pick<Opened, 'document' | 'resumes' | 'rollsBack'>;

export interface JournalOptions extends OpenedFor, Pick<Opened, 'run' | 'caller' | 'argv'> {
  readonly directory: string;
  /** Hides secrets in what is recorded. */
  readonly hide: (entry: unknown) => unknown;
}

/**
 * Opens the journal of one run, RUN.jsonl, readable by its owner only, and enters it into the directory's chain of heads.
 * Records are chained in the order in which they are given, however many steps run at once.
 */
export async function openJournal({
  run,
  caller,
  argv,
  hide,
  directory: given,
  ...of
}: JournalOptions): Promise<Journal> {
  const directory = resolve(given);
  await makeDirectory(directory, 0o700);
  const path = runFile(directory, run);
  let end: ChainEnd = chainStart;
  const next = (entry: Entry): string => {
    const written = writeRecord(end, new Date().toISOString(), hide(listKeys(entry)));
    ({ end } = written);
    return written.line;
  };
  const { file, id } = await withHeads(directory, caller, async (heads) => {
    const after = await runBefore(heads, directory);
    const appender = await openAppender(path);
    const process = await ownProcess();
    await appender.append(next({ type: 'opened', format: 1, run, caller, argv, process, ...of, after }));
    await syncDirectory(directory);
    await heads.append({ type: 'run-opened', run, first: end.prev });
    return { file: appender, id: heads.id };
  });
  let isLost = false;
  return {
    run,
    path,
    id,
    directory,
    async record(entry: Entry) {
      try {
        await file.append(next(entry));
      } catch (error) {
        isLost = true;
        throw error;
      }
    },
    head: () => ({ seq: end.seq - 1, head: end.prev }),
    async close() {
      await file.close();
      // What is not on disk is not vouched for: the run counts as cut off.
      if (isLost) return;
      const records = end.seq;
      await withHeads(directory, caller, (heads) =>
        heads.append({ type: 'run-closed', run, head: end.prev, records }),
      );
    },
  };
}

/** What the first record of a run is chained to: all that the directory knew by then. */
async function runBefore({ last }: Heads, directory: string) {
  const { event, sha256: heads } = last;
  if (event.type === 'run-closed') return { heads, run: event.run, head: event.head };
  if (event.type !== 'run-opened') return { heads };
  // It was cut off, or is still running: its head as it is now.
  const head = (await lastRecordOf(runFile(directory, event.run)))?.sha256 ?? event.first;
  return { heads, run: event.run, head };
}

/** A new file is sure to be there only when its directory is on disk too. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  await handle.sync();
  await handle.close();
}
