import type { Result } from '../diagnostic.ts';
import { diagnosticsOf, fail } from '../diagnostic.ts';
import type { CommandFinished } from '../journal/entry.ts';
import type { RunJournal } from './run-record.ts';

/** What is about to be done, and where. */
export interface ToRecord {
  readonly host: string;
  readonly command: string;
}

/** How it ended: its exit code, or the files that it wrote. */
export type Ended = Pick<CommandFinished, 'outcome' | 'exit' | 'files'>;

/** Does something on a host with a record on disk before it and one after it; what it gives is given back. */
export async function recordCommand<T>(
  { record, trouble }: Pick<RunJournal, 'record' | 'trouble'>,
  { host, command }: ToRecord,
  act: () => Promise<Result<T>>,
  endOf: (value: T) => Ended,
): Promise<Result<T>> {
  await record({ type: 'command-started', at: new Date().toISOString(), host, command });
  // What could not be recorded is not done.
  const lost = trouble();
  if (lost !== undefined) return fail({ ...lost, host });
  const started = performance.now();
  const result = await act();
  const ended: Ended = result.ok ? endOf(result.value) : { outcome: 'failed', exit: null };
  await record({
    type: 'command-finished',
    at: new Date().toISOString(),
    host,
    command,
    ...ended,
    seconds: Math.round(performance.now() - started) / 1000,
    diagnostics: result.ok ? [] : diagnosticsOf(result),
  });
  return result;
}
