import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { checkDirectory } from '../../src/journal/check-directory.ts';
import type { Finding } from '../../src/journal/check-directory.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { openJournal } from '../../src/journal/journal.ts';
import { readJournals } from '../../src/journal/journal-directory.ts';

/** An empty directory of the test's own. */
export async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-journal-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export function open(directory: string, run: string): Promise<Journal> {
  const caller = { user: 'ops', host: 'desk' };
  return openJournal({ run, directory, caller, argv: ['apply'], hide: (entry) => entry });
}

/** A run of so many records beside its first, which was ended in order. */
export async function writeRun(directory: string, run: string, records = 3): Promise<Journal> {
  const journal = await open(directory, run);
  for (let index = 0; index < records; index++)
    await journal.record({ type: 'task-started', name: `task ${index}` });
  await journal.close();
  return journal;
}

/** Ends it as a kill does: the chain of heads does not hear of it. */
export async function kill(journal: Journal): Promise<void> {
  const path = join(journal.directory, 'heads');
  const heads = await readFile(path);
  await journal.close();
  await writeFile(path, heads);
}

export async function findingsOf(directory: string): Promise<readonly Finding[]> {
  const journals = await readJournals(directory, undefined);
  if (!journals.ok) throw new Error(journals.diagnostics[0]?.message);
  return checkDirectory(journals.value);
}
