import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { OpenVault } from '../inventory/open-vault.ts';
import { noVault } from '../inventory/open-vault.ts';
import { parseSealed } from '../inventory/parse-sealed.ts';
import type { Variables } from '../template/render.ts';
import { checkNotified } from './check-notified.ts';
import { IMPORT_PLAYBOOK_KEYWORDS, bareName } from './keywords.ts';
import type { Play, Playbook } from './playbook.ts';
import { readEntries } from './read-entries.ts';
import { readPlay } from './read-play.ts';
import { readSettings } from './read-settings.ts';
import type { Mapping, Reading } from './reading.ts';
import { createReading, isMapping, isTemplate, kindOfValue, readText, refuseKeyword } from './reading.ts';
import type { Scope } from './scope.ts';
import { openFile, shownPath } from './scope.ts';
import { noSettings, within } from './settings.ts';

/** What a playbook is read with. */
interface Given {
  readonly openVault?: OpenVault;
  /** Of -e: names of files under "vars_files" may need them. */
  readonly extraVars?: Variables;
}

/** Reads a playbook's file, and those that it includes. Every error in them at once, with its place; nothing is rendered yet. */
export async function loadPlaybook(file: string, given: Given = {}): Promise<Result<Playbook>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const why =
      error instanceof Error && 'code' in error && error.code === 'ENOENT'
        ? 'there is no such file'
        : String(error);
    return fail({
      code: 'playbook/unreadable',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot read the playbook ${file}: ${why}`,
    });
  }
  return parsePlaybook(text, file, given);
}

/** Like loadPlaybook, from text; other files are looked for as if it stood in `file`. */
export function parsePlaybook(
  text: string,
  file: string,
  { openVault = noVault, extraVars = {} }: Given = {},
): Result<Playbook> {
  const parsed = parseSealed(text, file, openVault);
  if (!parsed.ok) return parsed;
  const { value } = parsed.value;
  const reading = createReading(file, parsed.value, { openVault, diagnostics: [...parsed.warnings] });
  const scope: Scope = {
    reading,
    settings: noSettings,
    extraVars,
    chain: [resolve(file)],
    home: dirname(resolve(file)),
    handlers: [],
    roles: [],
    readEntries,
  };
  const plays = readPlays(scope, value, file);
  if (reading.diagnostics.length === 0) reading.diagnostics.push(...plays.flatMap(checkNotified));
  return reading.diagnostics.length > 0 ? fail(...inOrder(reading.diagnostics)) : ok({ file, plays });
}

/** As they stand in the files, these as they were first spoken of. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const files = [...new Set(diagnostics.map(({ at }) => at?.file ?? ''))];
  const place = ({ at }: Diagnostic): number =>
    files.indexOf(at?.file ?? '') * 1e12 + (at === undefined ? 0 : at.line * 1e6 + at.column);
  return diagnostics.toSorted((a, b) => place(a) - place(b));
}

function readPlays(scope: Scope, value: unknown, file: string): readonly Play[] {
  const { reading } = scope;
  if (!Array.isArray(value)) {
    const hint = 'A playbook begins like this:\n- hosts: all\n  tasks:\n    - command: uptime';
    reading.wrong(
      [],
      `Cannot read the playbook ${file}: it is ${kindOfValue(value)}; a list of plays is wanted`,
      hint,
    );
    return [];
  }
  if (value.length === 0)
    reading.wrong([], `Cannot read the playbook ${file}: it is an empty list; at least one play is wanted`);
  return value.flatMap((play: unknown, index): readonly Play[] => {
    if (isMapping(play)) {
      const key = Object.keys(play).find((word) => bareName(word) === 'import_playbook');
      return key === undefined ? [readPlay(scope, play, index)] : importPlaybook(scope, play, index, key);
    }
    reading.wrong(
      [index],
      `Cannot read play ${index + 1}: it is ${kindOfValue(play)}; a mapping with "hosts" and "tasks" is wanted`,
    );
    return [];
  });
}

/** The plays of another playbook; its tags and conditions are those of each of them, its variables win over theirs. */
function importPlaybook(scope: Scope, play: Mapping, index: number, key: string): readonly Play[] {
  const { reading, chain, home } = scope;
  for (const word of Object.keys(play))
    if (word !== key && !IMPORT_PLAYBOOK_KEYWORDS.includes(word))
      refuseKeyword(reading, [index, word], '"import_playbook"', IMPORT_PLAYBOOK_KEYWORDS, []);
  const name = readImportedName(reading, play, index, key);
  if (name === undefined) return [];
  const { vars, ...own } = readSettings(reading, play, [index]);
  const file = resolve(home, name);
  if (chain.includes(file)) {
    const circle = [...chain.slice(chain.indexOf(file)), file].map(shownPath).join(' imports ');
    reading.wrong([index, key], `Cannot import ${shownPath(file)}: ${circle}, without an end`);
    return [];
  }
  const opened = openFile(reading, file, reading.at([index, key]));
  if (opened === undefined) return [];
  const inside: Scope = {
    ...scope,
    reading: opened.reading,
    settings: within(scope.settings, { ...own, vars: {} }),
    chain: [...chain, file],
    home: dirname(file),
  };
  return readPlays(inside, opened.value, shownPath(file)).map((each) => ({
    ...each,
    vars: { ...each.vars, ...vars },
  }));
}

function readImportedName(reading: Reading, play: Mapping, index: number, key: string): string | undefined {
  const name = readText(reading, play, [index], key, '');
  if (name !== '' && !isTemplate(name)) return name;
  if (typeof play[key] === 'string')
    reading.wrong(
      [index, key],
      `Cannot import "${name}": the name of a file is wanted${name === '' ? '' : ', without a template'}`,
    );
  return undefined;
}
