import type { Diagnostic, Position } from '../diagnostic.ts';
import { pointer, positionAt, positionsUnder } from '../diagnostic.ts';
import type { OpenVault } from '../inventory/open-vault.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Sourced } from '../text/parse-yaml.ts';
import type { Written } from './playbook.ts';

type Path = readonly (string | number)[];

/** Reads a playbook's data: gathers every error with its place, and goes on with an empty value in the place of a wrong one. */
export interface Reading {
  readonly file: string;
  /** Of all files of the playbook. */
  readonly diagnostics: Diagnostic[];
  readonly openVault: OpenVault;
  at(path: Path): Position;
  written(value: unknown, path: Path): Written;
  /** The same value, words that YAML 1.1 takes for booleans (`discard: on`) being text as they stand in the file. */
  asText(value: unknown, path: Path): unknown;
  wrong(path: Path, message: string, hint?: string): void;
  /** The same, its errors gathered elsewhere. */
  into(diagnostics: Diagnostic[]): Reading;
}

/** Reads the data of this file; `diagnostics` gathers the errors of several. */
export function createReading(
  file: string,
  sourced: Pick<Sourced, 'positions' | 'booleanWords'>,
  { openVault, diagnostics = [] }: { readonly openVault: OpenVault; readonly diagnostics?: Diagnostic[] },
): Reading {
  const { positions, booleanWords } = sourced;
  const at = (path: Path): Position => positionAt(positions, path) ?? { file, line: 1, column: 1 };
  return {
    file,
    diagnostics,
    openVault,
    at,
    written: (value, path) => ({ value, positions: positionsUnder(positions, path) }),
    asText: (value, path) => withWords(value, booleanWords, pointer(path)),
    wrong(path, message, hint) {
      const diagnostic: Diagnostic = {
        code: 'playbook/invalid',
        severity: 'error',
        trouble: 'invalid',
        message,
        at: at(path),
      };
      diagnostics.push(hint === undefined ? diagnostic : { ...diagnostic, hint });
    },
    into: (others) => createReading(file, sourced, { openVault, diagnostics: others }),
  };
}

function withWords(value: unknown, words: Sourced['booleanWords'], at: string): unknown {
  if (typeof value === 'boolean') return words[at] ?? value;
  if (Array.isArray(value)) return value.map((item, index) => withWords(item, words, at + pointer([index])));
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withWords(item, words, at + pointer([key]))]),
  );
}

export type Mapping = Readonly<Record<string, unknown>>;

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** "a list", "text", "empty": what stands there, for a message. */
export function kindOfValue(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  return (
    { object: 'a mapping', number: 'a number', boolean: 'true or false' }[typeof value as string] ??
    typeof value
  );
}

/** Complains of a keyword that isn't supported: "not supported yet" if Ansible has it, else with the nearest right word. */
export function refuseKeyword(
  reading: Reading,
  path: Path,
  where: string,
  supported: readonly string[],
  notYet: readonly string[],
): void {
  const word = String(path.at(-1));
  if (notYet.includes(word)) {
    reading.wrong(path, `Cannot use "${word}" in ${where}: not supported yet`);
  } else {
    reading.wrong(
      path,
      `Cannot use "${word}" in ${where}: there is no such keyword${didYouMean(word, [...supported, ...notYet])}`,
    );
  }
}

/** Text, or `otherwise` when the key isn't there. */
export function readText(
  reading: Reading,
  from: Mapping,
  path: Path,
  key: string,
  otherwise: string,
): string {
  const value = from[key];
  if (value === undefined) return otherwise;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return String(reading.asText(value, [...path, key]));
  reading.wrong([...path, key], `Cannot read "${key}": it is ${kindOfValue(value)}; text is wanted`);
  return otherwise;
}

/** True or false, or `otherwise` when the key isn't there. */
export function readSwitch(
  reading: Reading,
  from: Mapping,
  path: Path,
  key: string,
  otherwise: boolean,
): boolean {
  const value = from[key];
  if (value === undefined || typeof value === 'boolean') return value ?? otherwise;
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  if (['yes', 'on'].includes(word)) return true;
  if (['no', 'off'].includes(word)) return false;
  reading.wrong([...path, key], `Cannot read "${key}": it is ${kindOfValue(value)}; true or false is wanted`);
  return otherwise;
}

/** The tags of a play, block, task or role. */
export function readTags(reading: Reading, from: Mapping, path: Path): readonly string[] {
  const value = from['tags'];
  if (value === undefined || value === null) return [];
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.flatMap((item, index) => {
    if (typeof item === 'string' && !item.includes('{{'))
      return item
        .split(',')
        .map((tag) => tag.trim())
        .filter((tag) => tag !== '');
    if (typeof item === 'number') return [String(item)];
    const place = Array.isArray(value) ? [...path, 'tags', index] : [...path, 'tags'];
    const what = typeof item === 'string' ? 'a template' : kindOfValue(item);
    reading.wrong(place, `Cannot read "tags": it is ${what}; names are wanted, as in tags: [web, prod]`);
    return [];
  });
}

/** The variables under "vars"; none where there are none. */
export function readVars(reading: Reading, from: Mapping, path: Path): Mapping {
  const value = from['vars'];
  if (value === undefined || value === null) return {};
  if (!isMapping(value)) {
    reading.wrong(
      [...path, 'vars'],
      `Cannot read "vars": it is ${kindOfValue(value)}; a mapping of names to values is wanted`,
    );
    return {};
  }
  for (const name of Object.keys(value)) checkVariableName(reading, [...path, 'vars', name]);
  return value;
}

/** Complains of a name, the last of the path, that no variable can have. */
export function checkVariableName(reading: Reading, path: Path): void {
  const name = String(path.at(-1));
  if (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) return;
  const better = name.replaceAll(/[^\p{L}\p{N}_]/gu, '_').replace(/^(?=\p{N})/u, '_');
  reading.wrong(
    path,
    `Cannot use "${name}" as a variable: a name is letters, digits and "_", and begins with no digit; "${better}" would do`,
  );
}

/** Whether a value is text with a template in it, and so may become anything. */
export function isTemplate(value: unknown): boolean {
  return typeof value === 'string' && value.includes('{{');
}
