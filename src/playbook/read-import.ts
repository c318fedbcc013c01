import { bareName, BLOCK_NOT_YET, IMPORT_KEYWORDS } from './keywords.ts';
import type { Position } from '../diagnostic.ts';
import type { Block, Entry, RoleFiles } from './playbook.ts';
import { readRole } from './read-role.ts';
import { readSettings } from './read-settings.ts';
import type { Mapping, Reading } from './reading.ts';
import { isMapping, isTemplate, kindOfValue, readSwitch, readText, refuseKeyword } from './reading.ts';
import { readTaskFile } from './read-task-file.ts';
import type { Scope } from './scope.ts';
import { splitPairs } from './split-pairs.ts';
import type { Settings } from './settings.ts';
import { noSettings, within } from './settings.ts';

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
  const own = readSettings(reading, entry, path);
  const settings = within(scope.settings, own);
  const wanted = readIncludeArgs(scope, entry[key], [...path, key], bareName(key));
  if (wanted === undefined) return [];
  const unknown = [wanted.name, ...Object.values(wanted.from)].find(isTemplate);
  if (unknown !== undefined) {
    reading.wrong(
      [...path, key],
      `Cannot import "${unknown}": it holds a template; a name that is known before the run is wanted`,
      `Use "${bareName(key).replace('import', 'include')}".`,
    );
    return [];
  }
  const at = [...path, key];
  const inside = { ...scope, settings };
  if (bareName(key) === 'import_tasks') return readTaskFile(inside, wanted.name, at);
  const role = readRole(inside, { ...wanted, vars: own.vars, params: {}, isNeeded: false }, at);
  scope.handlers.push(...role.handlers);
  scope.roles.push(...role.roles);
  return [roleBlock(role.entries, wanted, settings.vars, reading.at(at))];
}

/** The tasks of a role in its place. */
export function roleBlock(
  entries: readonly Entry[],
  { name, from, isOnce }: Pick<IncludeArgs, 'name' | 'from' | 'isOnce'>,
  vars: Settings['vars'],
  at: Position,
): Block {
  return {
    block: entries,
    rescue: [],
    always: [],
    ofRole: { key: JSON.stringify([name, from, vars]), isOnce },
    at,
  };
}

interface IncludeArgs {
  readonly name: string;
  /** Names of the files of a role. */
  readonly from: RoleFiles;
  /** Keywords of an include that all that it includes has. */
  readonly apply: Settings;
  /** What comes after an included role has its variables, too. */
  readonly isPublic: boolean;
  /** A host that has had the role just so has it no second time. */
  readonly isOnce: boolean;
}

const ROLE_ARGUMENTS = [
  'name',
  'tasks_from',
  'vars_from',
  'defaults_from',
  'handlers_from',
  'allow_duplicates',
];

/** File or role of an import or include: text, or a mapping. */
export function readIncludeArgs(
  { reading }: Scope,
  value: unknown,
  path: Path,
  word: string,
): IncludeArgs | undefined {
  const ofRole = word.endsWith('_role');
  const isInclude = word.startsWith('include');
  const known = [
    ...(ofRole ? ROLE_ARGUMENTS : ['file']),
    ...(isInclude ? ['apply'] : []),
    ...(isInclude && ofRole ? ['public'] : []),
  ];
  const args = typeof value === 'string' ? fromText(value, ofRole) : value;
  if (!isMapping(args)) {
    reading.wrong(
      path,
      `Cannot read "${word}": it is ${kindOfValue(value)}; ${ofRole ? 'a mapping with "name"' : 'the name of a file'} is wanted`,
    );
    return undefined;
  }
  for (const key of Object.keys(args))
    if (!known.includes(key))
      refuseKeyword(reading, [...path, key], `"${word}"`, known, ['rolespec_validate']);
  const name = readText(reading, args, path, ofRole ? 'name' : 'file', '');
  if (name === '')
    reading.wrong(path, `Cannot read "${word}": it names nothing; ${ofRole ? 'a role' : 'a file'} is wanted`);
  if (name === '') return undefined;
  const file = (part: string): string => readText(reading, args, path, `${part}_from`, 'main');
  return {
    name,
    from: {
      tasks: file('tasks'),
      handlers: file('handlers'),
      defaults: file('defaults'),
      vars: file('vars'),
    },
    apply: readApply(reading, args['apply'], [...path, 'apply']),
    isPublic: readSwitch(reading, args, path, 'public', false),
    isOnce: !readSwitch(reading, args, path, 'allow_duplicates', true),
  };
}

/** "name=web tasks_from=more", or the name of a file alone. */
function fromText(text: string, ofRole: boolean): unknown {
  const words = splitPairs(text) ?? [];
  const pairs = words.filter((word) => typeof word !== 'string');
  if (pairs.length > 0 && pairs.length === words.length) return Object.fromEntries(pairs);
  return ofRole ? text : { file: text };
}

function readApply(reading: Reading, value: unknown, path: Path): Settings {
  if (value === undefined || value === null) return noSettings;
  if (!isMapping(value)) {
    reading.wrong(path, `Cannot read "apply": it is ${kindOfValue(value)}; a mapping of keywords is wanted`);
    return noSettings;
  }
  const known = IMPORT_KEYWORDS.filter((key) => key !== 'name');
  for (const key of Object.keys(value))
    if (!known.includes(key)) refuseKeyword(reading, [...path, key], '"apply"', known, BLOCK_NOT_YET);
  return readSettings(reading, value, path);
}
