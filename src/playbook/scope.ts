import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Position } from '../diagnostic.ts';
import { parseSealed } from '../inventory/parse-sealed.ts';
import type { Variables } from '../template/render.ts';
import type { Entry, Role, Task } from './playbook.ts';
import type { Reading } from './reading.ts';
import { createReading } from './reading.ts';
import type { Settings } from './settings.ts';

/** Where tasks stand that are read: what they have from there. */
export interface Scope {
  readonly reading: Reading;
  readonly settings: Settings;
  /** Of -e. */
  readonly extraVars: Variables;
  /** Files that are being read, outermost first; the last one is the one at hand. */
  readonly chain: readonly string[];
  /** Of the playbook's file. */
  readonly home: string;
  readonly role?: Role;
  /** Handlers of roles that are read on the way. */
  readonly handlers: Task[];
  /** Roles that are imported on the way: as with those under "roles:", every task of the play sees their variables. */
  readonly roles: Role[];
  /** Reads a list of tasks and blocks; `what` names it: "tasks". */
  readonly readEntries: (
    scope: Scope,
    value: unknown,
    path: readonly (string | number)[],
    what: string,
  ) => readonly Entry[];
}

/** Where files of the controller are looked for, first to last. */
export function directoriesOf({ role, chain, home }: Scope): readonly string[] {
  const own = role === undefined ? [] : [role.directory];
  return [...new Set([...own, dirname(chain.at(-1) ?? home), home])];
}

/** The file by this name, as a path to show; undefined when there is none. */
export function findFile(
  directories: readonly string[],
  under: string,
  names: readonly string[],
): string | undefined {
  return directories
    .flatMap((directory) => [join(directory, under), directory])
    .flatMap((directory) => names.map((name) => resolve(directory, name)))
    .find((file) => existsSync(file) && !file.endsWith('/'));
}

/** A file's data with a reading of its own; undefined when it can't be read, which is among the errors then. */
export function openFile(
  { diagnostics, openVault }: Pick<Reading, 'diagnostics' | 'openVault'>,
  file: string,
  at?: Position,
): { readonly value: unknown; readonly reading: Reading } | undefined {
  const shown = shownPath(file);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    diagnostics.push({
      code: 'playbook/unreadable',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot read ${shown}: ${isMissing(error) ? 'there is no such file' : String(error)}`,
      ...(at && { at }),
    });
    return undefined;
  }
  const parsed = parseSealed(text, shown, openVault);
  if (!parsed.ok) {
    diagnostics.push(...parsed.diagnostics);
    return undefined;
  }
  diagnostics.push(...parsed.warnings);
  return {
    value: parsed.value.value,
    reading: createReading(shown, parsed.value, { openVault, diagnostics }),
  };
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** As seen from where the command was given, when it is below that. */
export function shownPath(file: string): string {
  const short = relative('', file);
  return short.startsWith('..') ? file : short;
}
