import { readFile } from 'node:fs/promises';
import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Spec } from '../spec.ts';
import { readDocument } from './read-document.ts';

/** The guests that a state document (JSON or YAML) declares; every error of the file, or why it can't be read. */
export async function loadDocument(file: string): Promise<Result<readonly Spec[]>> {
  const text = await loadText(file);
  return text.ok ? await readDocument(text.value, file) : text;
}

/** The text of a document, or why it can't be read. */
export async function loadText(file: string): Promise<Result<string>> {
  try {
    return ok(await readFile(file, 'utf8'));
  } catch (error) {
    return fail({
      code: 'document/unreadable',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot read the document ${file}: ${whyUnreadable(error)}`,
    });
  }
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a directory; a file is wanted';
  if (code === 'EACCES') return 'you are not allowed to read it';
  return error instanceof Error ? error.message : String(error);
}
