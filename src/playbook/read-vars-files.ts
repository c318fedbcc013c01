import { checkTemplates } from '../template/syntax.ts';
import { readNames } from './read-settings.ts';
import type { Mapping } from './reading.ts';
import { checkVariableName, isMapping, isTemplate, kindOfValue } from './reading.ts';
import type { Scope } from './scope.ts';
import { directoriesOf, findFile, openFile } from './scope.ts';

/** The variables of all files under "vars_files", later ones winning. */
export function readVarsFiles(scope: Scope, play: Mapping, path: readonly (string | number)[]): Mapping {
  const { reading } = scope;
  const all = readNames(reading, play, path, 'vars_files').map(({ value: name }, index): Mapping => {
    const place = Array.isArray(play['vars_files'])
      ? [...path, 'vars_files', index]
      : [...path, 'vars_files'];
    if (isTemplate(name)) {
      reading.wrong(place, 'Cannot use a template in "vars_files": not supported yet', 'Use "include_vars".');
      return {};
    }
    const file = findFile(directoriesOf(scope), 'vars', [name]);
    const opened = openFile(reading, file ?? name, reading.at(place));
    return opened === undefined ? {} : variablesIn(opened.value, opened.reading);
  });
  return Object.assign({}, ...all) as Mapping;
}

/** A file of variables as it must be; each thing wrong in it is among the errors. */
export function variablesIn(value: unknown, reading: Scope['reading']): Mapping {
  if (value === null || value === undefined) return {};
  if (!isMapping(value)) {
    reading.wrong([], `Cannot read ${reading.file}: it is ${kindOfValue(value)}; a mapping is wanted`);
    return {};
  }
  for (const name of Object.keys(value)) checkVariableName(reading, [name]);
  reading.diagnostics.push(...checkTemplates(value, reading.written(value, []).positions));
  return value;
}
