import { listRuns } from '../journal/journal-directory.ts';
import { runFile } from '../journal/run-file.ts';
import { summarizeRun } from '../journal/run-summary.ts';

/** The runs that took something of this one back; what could not be read is left out. */
export async function rollbacksOf(run: string, directory: string): Promise<readonly string[]> {
  const runs = await listRuns(directory);
  const later = runs.ok ? runs.value.filter((each) => each > run) : [];
  const found: string[] = [];
  for (const each of later) {
    const { opened, closed } = await summarizeRun(each, runFile(directory, each));
    if (opened?.rollsBack === run && closed?.done !== 0) found.push(each);
  }
  return found;
}
