import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { fileError } from '../text/file-error.ts';

/** Writes a report to a file that the user named. */
export async function writeReport(file: string, text: string): Promise<Result<void>> {
  try {
    await writeFile(file, text);
    return ok(undefined);
  } catch (error) {
    return fail(cannotWrite(file, fileError(error)));
  }
}

/** Whether these files could be written: what takes an hour should not fail at its last line. */
export async function checkReports(
  given: Readonly<Partial<Record<'junit' | 'html', string | undefined>>>,
): Promise<Result<void>> {
  const files = [given.junit, given.html].flatMap((file) => file ?? []);
  const checked = await Promise.all(files.map(problemOf));
  const problems = checked.flatMap((problem) => problem ?? []);
  return problems.length === 0 ? ok(undefined) : fail(...problems);
}

async function problemOf(file: string): Promise<Diagnostic | undefined> {
  try {
    const there = await stat(file).catch(() => undefined);
    if (there?.isDirectory() === true) return cannotWrite(file, 'it is a directory; a file is wanted');
    await access(there === undefined ? dirname(file) : file, constants.W_OK);
    return undefined;
  } catch (error) {
    return cannotWrite(file, fileError(error));
  }
}

function cannotWrite(file: string, why: string): Diagnostic {
  return {
    code: 'cli/report',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot write the report ${file}: ${why}`,
  };
}
