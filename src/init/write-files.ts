import { readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { fileError } from '../text/file-error.ts';
import { knownHostName } from '../transports/known-hosts.ts';
import type { HostKeyRow } from './host-key-rows.ts';

/** Adds the lines that a known_hosts file lacks; how many these were. */
export async function addKnownHosts(
  file: string,
  rows: readonly Pick<HostKeyRow, 'line'>[],
): Promise<Result<number>> {
  const before = await textOf(file);
  const lines = rows.flatMap(({ line }) =>
    line === undefined ? [] : [`${knownHostName(line.host, line.port)} ${line.key}`],
  );
  const there = new Set(before?.split('\n') ?? []);
  const added = [...new Set(lines)].filter((line) => !there.has(line));
  if (added.length === 0) return ok(0);
  const start =
    before === undefined || before === '' || before.endsWith('\n') ? (before ?? '') : `${before}\n`;
  return write(file, `${start}${added.join('\n')}\n`, added.length);
}

/** Why an inventory may not be written there; undefined when it is new or says the same. Lines of comment don't count. */
export async function inventoryInTheWay(file: string, text: string): Promise<Diagnostic | undefined> {
  const before = await textOf(file);
  if (before === undefined || withoutComments(before) === withoutComments(text)) return undefined;
  return {
    code: 'init/in-the-way',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot write ${file}: another inventory is there already; a new file is wanted`,
    hint: 'Give another directory with -o DIR, or write over it with --force.',
  };
}

/** Writes an inventory, its directory made where it is not there. */
export function writeInventory(file: string, text: string): Promise<Result<void>> {
  return write(file, text, undefined);
}

async function write<T>(file: string, text: string, value: T): Promise<Result<T>> {
  try {
    await makeDirectory(dirname(file));
    await writeFile(file, text);
    return ok(value);
  } catch (error) {
    return fail({
      code: 'init/write',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot write ${file}: ${fileError(error)}`,
      hint: 'Name a directory that you can write to with -o DIR.',
    });
  }
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}

const withoutComments = (text: string): string => text.replaceAll(/^#.*\n/gmu, '');
