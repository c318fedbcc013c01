import { checkCondition } from '../template/condition.ts';
import { checkTemplates } from '../template/syntax.ts';
import { checkVars } from './check-templates.ts';
import { readModuleDefaults } from './module-defaults.ts';
import type { Written } from './playbook.ts';
import type { Mapping, Reading } from './reading.ts';
import { isMapping, isTemplate, kindOfValue, readTags, readVars } from './reading.ts';
import type { Settings } from './settings.ts';
import { CONDITIONS, NAMES, NUMBERS, SWITCHES } from './settings.ts';

type Path = readonly (string | number)[];

/** Reads the keywords that tasks, blocks and plays share. Which of them may stand where is for the caller to say. */
export function readSettings(reading: Reading, from: Mapping, path: Path): Settings {
  const vars = readVars(reading, from, path);
  checkVars(reading, vars, path);
  return {
    when: readConditions(reading, from, path, 'when'),
    vars,
    tags: readTags(reading, from, path),
    environment: readEnvironment(reading, from, path),
    notify: readNames(reading, from['notify'], [...path, 'notify'], 'notify'),
    moduleDefaults: from['module_defaults'] === undefined ? [] : [readModuleDefaults(reading, from, path)],
    words: readWords(reading, from, path),
  };
}

/** Names in a list, or one, as they stand at `at`, under `key`; they may hold templates. */
export function readNames(
  reading: Reading,
  value: unknown,
  at: Path,
  key: string,
): readonly Written<string>[] {
  if (value === undefined || value === null) return [];
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.flatMap((item, index) => {
    const place = Array.isArray(value) ? [...at, index] : at;
    if (typeof item !== 'string' || item === '') {
      reading.wrong(place, `Cannot read "${key}": it is ${kindOfValue(item)}; names are wanted`);
      return [];
    }
    const { positions } = reading.written(item, place);
    reading.diagnostics.push(...checkTemplates(item, positions));
    return [{ value: item, positions }];
  });
}

function readConditions(reading: Reading, from: Mapping, path: Path, key: string): readonly Written[] {
  const value = from[key];
  if (value === undefined || value === null) return [];
  const place = [...path, key];
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const [index, item] of items.entries()) {
    if (typeof item === 'string' || typeof item === 'boolean') continue;
    reading.wrong(
      Array.isArray(value) ? [...place, index] : place,
      `Cannot read "${key}": it is ${kindOfValue(item)}; an expression or a list of them is wanted`,
    );
  }
  const written = reading.written(value, place);
  reading.diagnostics.push(...checkCondition(written.value, written.positions));
  return [written];
}

function readEnvironment(reading: Reading, from: Mapping, path: Path): readonly Written[] {
  const value = from['environment'];
  if (value === undefined || value === null) return [];
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.flatMap((item, index) => {
    const place = Array.isArray(value) ? [...path, 'environment', index] : [...path, 'environment'];
    if (!isMapping(item) && !isTemplate(item)) {
      reading.wrong(
        place,
        `Cannot read "environment": it is ${kindOfValue(item)}; a mapping of names to texts is wanted`,
      );
      return [];
    }
    const written = reading.written(item, place);
    reading.diagnostics.push(...checkTemplates(item, written.positions));
    return [written];
  });
}

function readWords(reading: Reading, from: Mapping, path: Path): Settings['words'] {
  const words: { -readonly [word in keyof Settings['words']]: Written } = {};
  const take = (word: keyof Settings['words'], fits: (value: unknown) => boolean, wanted: string): void => {
    const value = from[word];
    if (value === undefined || value === null) return;
    const written = reading.written(value, [...path, word]);
    if (isTemplate(value)) reading.diagnostics.push(...checkTemplates(value, written.positions));
    else if (!fits(value))
      reading.wrong([...path, word], `Cannot read "${word}": it is ${shownValue(value)}; ${wanted}`);
    words[word] = written;
  };
  for (const word of SWITCHES) take(word, isSwitch, 'true or false is wanted');
  for (const word of NAMES) take(word, (value) => typeof value === 'string', 'a name is wanted');
  for (const word of NUMBERS) take(word, isNumber, 'a number of 0 or more is wanted');
  for (const word of CONDITIONS) {
    const [condition] = readConditions(reading, from, path, word);
    if (condition !== undefined) words[word] = condition;
  }
  return words;
}

const shownValue = (value: unknown): string =>
  typeof value === 'number' ? String(value) : kindOfValue(value);

const isNumber = (value: unknown): boolean =>
  (typeof value === 'number' && value >= 0) || (typeof value === 'string' && /^\d+(?:\.\d+)?$/u.test(value));

const isSwitch = (value: unknown): boolean =>
  typeof value === 'boolean' ||
  (typeof value === 'string' && /^(?:yes|no|true|false|on|off|1|0)$/iu.test(value));
