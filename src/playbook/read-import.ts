import { bareName, IMPORT_KEYWORDS } from './keywords.ts';
import type { Entry } from './playbook.ts';
import { readRole } from './read-role.ts';
import { readSettings } from './read-settings.ts';
import type { Mapping } from './reading.ts';
import { isMapping, isTemplate, kindOfValue, readText, refuseKeyword } from './reading.ts';
import { readTaskFile } from './read-task-file.ts';
import type { Scope } from './scope.ts';
import { within } from './settings.ts';

type Path = readonly (string | number)[];

/** The tasks that import_tasks or import_role puts in its place; undefined when it is neither. */
export function readImport(scope: Scope, entry: Mapping, path: Path): readonly Entry[] | undefined {
  const { reading } = scope;
  const key = Object.keys(entry).find((word) => ['import_tasks', 'import_role'].includes(bareName(word)));
  if (key === undefined) return undefined;
  for (const word of Object.keys(entry)) {
    if (word !== key && !IMPORT_KEYWORDS.includes(word))
      refuseKeyword(reading, [...path, word], `"${key}"`, IMPORT_KEYWORDS, []);
  }
  readText(reading, entry, path, 'name', '');
  const settings = within(scope.settings, readSettings(reading, entry, path));
  const wanted = readIncludeArgs(scope, entry[key], [...path, key], bareName(key));
  if (wanted === undefined) return [];
  if (isTemplate(wanted.name)) {
    reading.wrong(
      [...path, key],
      `Cannot import "${wanted.name}": it holds a template; a name that is known before the run is wanted`,
      `Use "${bareName(key).replace('import', 'include')}".`,
    );
    return [];
  }
  const at = [...path, key];
  const inside = { ...scope, settings };
  if (bareName(key) === 'import_tasks') return readTaskFile(inside, wanted.name, at);
  const role = readRole(inside, { name: wanted.name, vars: {}, params: {}, tasksFrom: wanted.from }, at);
  scope.handlers.push(...role.handlers);
  scope.roles.push(...role.roles);
  return role.entries;
}

/** File or role of an import or include: text, or a mapping. */
export function readIncludeArgs(
  { reading }: Scope,
  value: unknown,
  path: Path,
  word: string,
): { readonly name: string; readonly from: string } | undefined {
  const ofRole = word.endsWith('_role');
  const known = ofRole ? ['name', 'tasks_from'] : ['file'];
  const args = typeof value === 'string' && !ofRole ? { file: value } : value;
  if (!isMapping(args)) {
    reading.wrong(
      path,
      `Cannot read "${word}": it is ${kindOfValue(value)}; ${ofRole ? 'a mapping with "name"' : 'the name of a file'} is wanted`,
    );
    return undefined;
  }
  const notYet = [
    'apply',
    'public',
    'allow_duplicates',
    'vars_from',
    'defaults_from',
    'handlers_from',
    'rolespec_validate',
  ];
  for (const key of Object.keys(args))
    if (!known.includes(key)) refuseKeyword(reading, [...path, key], `"${word}"`, known, notYet);
  const name = readText(reading, args, path, ofRole ? 'name' : 'file', '');
  if (name === '')
    reading.wrong(path, `Cannot read "${word}": it names nothing; ${ofRole ? 'a role' : 'a file'} is wanted`);
  const from = readText(reading, args, path, 'tasks_from', 'main');
  return name === '' ? undefined : { name, from };
}
