import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Position, Result } from '../../diagnostic.ts';
import { fail, ok } from '../../diagnostic.ts';
import { fileError } from '../../text/file-error.ts';

/**
 * The file of the controller that a task names: as written if it is absolute, else in "files" or "templates" of each of
 * the directories, then in the directory itself. As Ansible looks for it.
 */
export async function findLocal(
  name: string,
  folder: 'files' | 'templates',
  directories: readonly string[],
  at: Position | undefined,
): Promise<Result<string>> {
  const places = placesOf(name, folder, directories.length > 0 ? directories : [dirname(at?.file ?? '.')]);
  for (const place of places) {
    // Much cheaper than the promise of it, and it is asked for each host.
    if (existsSync(place)) return ok(place);
  }
  return fail({
    code: 'task/local-file',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot find ${name}: it is at none of ${places.join(', ')}`,
    ...(at && { at }),
  });
}

export async function readLocal(path: string, at: Position | undefined): Promise<Result<Buffer>> {
  try {
    return ok(await readFile(path));
  } catch (error) {
    return fail({
      code: 'task/local-file',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot read ${path}: ${fileError(error)}`,
      ...(at && { at }),
    });
  }
}

/** Where it is looked for, first to last. */
export function placesOf(name: string, folder: string, directories: readonly string[]): readonly string[] {
  const path = name.startsWith('~/') ? join(homedir(), name.slice(2)) : name;
  if (isAbsolute(path)) return [path];
  return directories.flatMap((root) => [resolve(root, folder, path), resolve(root, path)]);
}
