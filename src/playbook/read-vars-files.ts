import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { renderValue } from '../template/render.ts';
import { checkTemplates } from '../template/syntax.ts';
import type { Written } from './playbook.ts';
import { readNames } from './read-settings.ts';
import type { Mapping } from './reading.ts';
import { checkVariableName, isMapping, kindOfValue } from './reading.ts';
import type { Scope } from './scope.ts';
import { directoriesOf, findFile, openFile } from './scope.ts';

/** The variables of all files under "vars_files", later ones winning. */
export function readVarsFiles(scope: Scope, play: Mapping, path: readonly (string | number)[]): Mapping {
  const { reading } = scope;
  const all: Record<string, unknown> = {};
  for (const [index, written] of readNames(reading, play, path, 'vars_files').entries()) {
    const place = Array.isArray(play['vars_files'])
      ? [...path, 'vars_files', index]
      : [...path, 'vars_files'];
    const name = nameOf(scope, play, all, written);
    if (!name.ok) {
      reading.diagnostics.push(...name.diagnostics);
      continue;
    }
    const file = findFile(directoriesOf(scope), 'vars', [name.value]);
    const opened = openFile(reading, file ?? name.value, reading.at(place));
    if (opened !== undefined) Object.assign(all, variablesIn(opened.value, opened.reading));
  }
  return all;
}

/** Its name, by the variables that are known before there are hosts: of the play, of the files before it, of -e. */
function nameOf(
  { extraVars }: Scope,
  play: Mapping,
  known: Mapping,
  { value, positions }: Written<string>,
): Result<string> {
  const vars = isMapping(play['vars']) ? play['vars'] : {};
  const rendered = renderValue(value, positions, { ...vars, ...known, ...extraVars });
  if (rendered.ok) return ok(String(rendered.value));
  const hint = 'Only variables of the play and of -e are known here; "include_vars" knows those of hosts.';
  return fail(...rendered.diagnostics.map((each) => ({ ...each, hint })));
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
