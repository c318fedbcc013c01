import type { Diagnostic } from '../diagnostic.ts';
import type { Entry } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';
import { fileError } from '../text/file-error.ts';

/** A journal that stops its run when it can't be written any more. */
export interface GuardedJournal extends Pick<Journal, 'path' | 'record' | 'close'> {
  /** Aborted when the run is interrupted, and when its record can't be written: no step runs without its record. */
  readonly signal: AbortSignal;
  /** Why the record can't be written; undefined while it can. */
  readonly trouble: () => Diagnostic | undefined;
}

/** Its `record` never rejects: the first event that can't be written aborts `signal`, and none is written after it. */
export function guardJournal(
  journal: Pick<Journal, 'path' | 'record' | 'close'>,
  interrupted: AbortSignal,
): GuardedJournal {
  const lost = new AbortController();
  let trouble: Diagnostic | undefined;
  return {
    path: journal.path,
    signal: AbortSignal.any([interrupted, lost.signal]),
    trouble: () => trouble,
    async record(event: Entry) {
      if (trouble !== undefined) return;
      try {
        await journal.record(event);
      } catch (error) {
        trouble ??= cannotRecord(journal.path, error);
        lost.abort();
      }
    },
    async close() {
      try {
        await journal.close();
      } catch (error) {
        trouble ??= cannotRecord(journal.path, error);
      }
    },
  };
}

function cannotRecord(path: string, error: unknown): Diagnostic {
  return {
    code: 'cli/journal-lost',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot go on: the run's record ${path} can't be written: ${fileError(error)}; no step runs without its record`,
    hint: 'Steps that had begun were finished, as told above. Make room, or name another directory with --state DIR, and run it again: what is done is left alone.',
  };
}
