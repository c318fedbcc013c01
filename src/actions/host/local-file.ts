import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Position, Result } from '../../diagnostic.ts';
import { fail, ok } from '../../diagnostic.ts';
import { placesOf } from '../../files/places-of.ts';
import { fileError } from '../../text/file-error.ts';
import type { ActionContext } from '../action.ts';

/** The file of the controller that a task names. */
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
    return ok(await readOnce(path));
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

/** All hosts of a task ask for the same file at once: it is read, and held, once for them. */
function readOnce(path: string): Promise<Buffer> {
  const begun = underWay.get(path);
  if (begun !== undefined) return begun;
  const reading = readFile(path).finally(() => underWay.delete(path));
  underWay.set(path, reading);
  return reading;
}

const underWay = new Map<string, Promise<Buffer>>();

/** The same, opened where ansible-vault has encrypted it. `name`: as the task has it. */
export async function readOpened(
  path: string,
  name: string,
  at: Position | undefined,
  { openVault }: Pick<ActionContext, 'openVault'>,
): Promise<Result<Buffer>> {
  const content = await readLocal(path, at);
  if (!content.ok || !content.value.subarray(0, VAULT.length).equals(VAULT)) return content;
  if (openVault === undefined) return content;
  const opened = await openVault(content.value.toString(), name, at ?? { file: path, line: 1, column: 1 });
  if (!opened.ok) return opened;
  if (!opened.value.includes('\u{FFFD}')) return ok(Buffer.from(opened.value));
  return fail({
    code: 'task/local-file',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot use ${path}: what ansible-vault has encrypted in it is no text in UTF-8`,
    ...(at && { at }),
  });
}

const VAULT = Buffer.from('$ANSIBLE_VAULT;');
