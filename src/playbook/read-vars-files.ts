import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { createController } from '../files/controller.ts';
import { CONTROLLER } from '../template/controller.ts';
import { renderValue } from '../template/render.ts';
import { checkTemplates } from '../template/syntax.ts';
import type { Written } from './playbook.ts';
import { readNames } from './read-settings.ts';
import type { Mapping } from './reading.ts';
import { checkVariableName, isMapping, kindOfValue } from './reading.ts';
import type { Scope } from './scope.ts';
import { directoriesOf, findFile, openFile } from './scope.ts';

type Path = readonly (string | number)[];

/** The variables of all files under "vars_files", later ones winning. Of a list in the list, the first file that is there. */
export function readVarsFiles(scope: Scope, play: Mapping, path: Path): Mapping {
  const { reading } = scope;
  const given = play['vars_files'];
  const place = [...path, 'vars_files'];
  const items: readonly unknown[] = Array.isArray(given) ? given : [given];
  const all: Record<string, unknown> = {};
  for (const [index, item] of items.entries()) {
    if (item === undefined || item === null) continue;
    const at = Array.isArray(given) ? [...place, index] : place;
    const names = readNames(reading, item, at, 'vars_files').map((written) =>
      nameOf(scope, play, all, written),
    );
    reading.diagnostics.push(...names.flatMap((name) => (name.ok ? [] : name.diagnostics)));
    const found = names.flatMap((name) => (name.ok ? [name.value] : []));
    if (found.length < names.length || found.length === 0) continue;
    const file = found.map((name) => findFile(directoriesOf(scope), 'vars', [name])).find((one) => one);
    const opened = openFile(reading, file ?? found[0] ?? '', reading.at(at));
    if (opened !== undefined) Object.assign(all, variablesIn(opened.value, opened.reading));
  }
  return all;
}

/** Its name, by the variables that are known before there are hosts: of the play, of the files before it, of -e. */
function nameOf(
  scope: Scope,
  play: Mapping,
  known: Mapping,
  { value, positions }: Written<string>,
): Result<string> {
  const vars = isMapping(play['vars']) ? play['vars'] : {};
  const controller = createController({ directories: directoriesOf(scope), home: scope.home });
  const rendered = renderValue(value, positions, {
    ...vars,
    ...known,
    ...scope.extraVars,
    [CONTROLLER]: controller,
  });
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
