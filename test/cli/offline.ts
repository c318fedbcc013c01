import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { saveSurvey } from '../../src/snapshot/saved-survey.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import type { Ran } from './run-cli.ts';
import { runCli } from './run-cli.ts';

/** A directory with a document and a saved survey, gone with the test. */
export interface Offline {
  readonly directory: string;
  readonly document: string;
  /** Runs "COMMAND doc.yml --from SURVEY FLAGS"; paths in its output are short. */
  readonly run: (command: string, ...flags: readonly string[]) => Promise<Ran>;
  /** The same without the document. */
  readonly bare: (command: string, ...flags: readonly string[]) => Promise<Ran>;
}

export async function offline(survey: Survey, text: string): Promise<Offline> {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-offline-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const document = join(directory, 'doc.yml');
  await writeFile(document, text);
  const from = join(directory, 'survey');
  expect((await saveSurvey(survey, from)).ok).toBe(true);
  const short = ({ code, stdout, stderr }: Ran): Ran => ({
    code,
    stdout: stdout.replaceAll(`${directory}/`, ''),
    stderr: stderr.replaceAll(`${directory}/`, ''),
  });
  return {
    directory,
    document,
    run: async (command, ...flags) => short(await runCli([command, document, '--from', from, ...flags])),
    bare: async (command, ...flags) => short(await runCli([command, '--from', from, ...flags])),
  };
}
