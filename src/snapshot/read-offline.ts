import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from '../diagnostic.ts';
import { surveyOfCopy } from './etc-pve-copy.ts';
import { loadSurvey } from './saved-survey.ts';
import type { Survey } from './survey.ts';

/** What --from DIR names: a saved survey, or a plain copy of /etc/pve. */
export async function readOffline(directory: string): Promise<Result<Survey>> {
  return (await isSaved(directory)) ? loadSurvey(directory) : surveyOfCopy(directory);
}

async function isSaved(directory: string): Promise<boolean> {
  try {
    return (await stat(join(directory, 'survey.json'))).isFile();
  } catch {
    return false;
  }
}
