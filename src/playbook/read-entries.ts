import { BLOCK_KEYWORDS, BLOCK_NOT_YET } from './keywords.ts';
import type { Entry } from './playbook.ts';
import { readImport } from './read-import.ts';
import { readSettings } from './read-settings.ts';
import { readTask } from './read-task.ts';
import type { Mapping } from './reading.ts';
import { isMapping, kindOfValue, readText, refuseKeyword } from './reading.ts';
import type { Scope } from './scope.ts';
import { within } from './settings.ts';

type Path = readonly (string | number)[];

/** Reads a list of tasks and blocks; `what` names it: "tasks". Tasks that are imported stand in it as if they were written there. */
export function readEntries(scope: Scope, value: unknown, path: Path, what: string): readonly Entry[] {
  const { reading } = scope;
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    reading.wrong(path, `Cannot read "${what}": it is ${kindOfValue(value)}; a list of tasks is wanted`);
    return [];
  }
  return value.flatMap((entry: unknown, index): readonly Entry[] => {
    const place = [...path, index];
    if (!isMapping(entry)) {
      reading.wrong(
        place,
        `Cannot read task ${index + 1}: it is ${kindOfValue(entry)}; a mapping with a module is wanted`,
      );
      return [];
    }
    if ('block' in entry) return [readBlock(scope, entry, place)];
    const imported = readImport(scope, entry, place);
    if (imported !== undefined) return imported;
    const task = readTask(scope, entry, place);
    return task === undefined ? [] : [task];
  });
}

function readBlock(scope: Scope, block: Mapping, path: Path): Entry {
  const { reading } = scope;
  for (const key of Object.keys(block)) {
    if (!BLOCK_KEYWORDS.includes(key))
      refuseKeyword(reading, [...path, key], 'a block', BLOCK_KEYWORDS, BLOCK_NOT_YET);
  }
  readText(reading, block, path, 'name', '');
  const inside = { ...scope, settings: within(scope.settings, readSettings(reading, block, path)) };
  const part = (key: string): readonly Entry[] => readEntries(inside, block[key], [...path, key], key);
  return { block: part('block'), rescue: part('rescue'), always: part('always'), at: reading.at(path) };
}
