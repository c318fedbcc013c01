import { writeFile } from 'node:fs/promises';
import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { fileError } from '../text/file-error.ts';

/** Writes a report to a file that the user named. */
export async function writeReport(file: string, text: string): Promise<Result<void>> {
  try {
    await writeFile(file, text);
    return ok(undefined);
  } catch (error) {
    return fail({
      code: 'cli/report',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot write the report ${file}: ${fileError(error)}`,
    });
  }
}
