import { mkdir, open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Recorder } from '../apply/event.ts';

export interface Journal {
  readonly path: string;
  /** Resolves when the event is on disk (fsync), so that a step never runs without its record. */
  readonly record: Recorder;
  close(): Promise<void>;
}

/** Where runs are recorded: `--state`, else $XDG_STATE_HOME/pvefleet, else ~/.local/state/pvefleet. */
export function stateDirectory(
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (given !== undefined) return given;
  const state = env['XDG_STATE_HOME'];
  return join(state !== undefined && state !== '' ? state : join(homedir(), '.local', 'state'), 'pvefleet');
}

/**
 * Opens the record of one run, RUN.jsonl, one event a line, readable by its owner only.
 * Records are written in the order in which they are given, however many steps run at once.
 */
export async function openJournal(run: string, directory: string): Promise<Journal> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, `${run}.jsonl`);
  const file = await open(path, 'ax', 0o600);
  let last: Promise<void> = Promise.resolve();
  return {
    path,
    record(event) {
      const written = last.then(async () => {
        await file.appendFile(`${JSON.stringify(event)}\n`);
        await file.datasync();
      });
      last = written.catch(() => undefined);
      return written;
    },
    async close() {
      await last;
      await file.close();
    },
  };
}

/** A run's id: sorts by time, unique enough for one controller, and safe in file and unit names. */
export function runId(now: Date, random: () => number = Math.random): string {
  const time = now
    .toISOString()
    .replaceAll(/[-:]|\.\d+Z$/gu, '')
    .toLowerCase();
  return `${time}-${Math.floor(random() * 36 ** 4)
    .toString(36)
    .padStart(4, '0')}`;
}
