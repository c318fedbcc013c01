import { readFile } from 'node:fs/promises';
import type { Result } from '../diagnostic.ts';
import { fail } from '../diagnostic.ts';
import type { Spec } from '../spec.ts';
import { readDocument } from './read-document.ts';

/** The guests that a state document (JSON or YAML) declares; every error of the file, or why it can't be read. */
export async function loadDocument(file: string): Promise<Result<readonly Spec[]>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return fail({
      code: 'document/unreadable',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot read the document ${file}: ${whyUnreadable(error)}`,
    });
  }
  return readDocument(text, file);
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a directory; a file is wanted';
  if (code === 'EACCES') return 'you are not allowed to read it';
  return error instanceof Error ? error.message : String(error);
}
