import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { BLOCK_NOT_YET, ROLE_KEYWORDS } from './keywords.ts';
import type { Entry, Included, Role, Task } from './playbook.ts';
import { readHandlers } from './read-handlers.ts';
import { readSettings } from './read-settings.ts';
import type { Mapping } from './reading.ts';
import { checkVariableName, isMapping, kindOfValue, refuseKeyword } from './reading.ts';
import { readTasksAt } from './read-task-file.ts';
import { variablesIn } from './read-vars-files.ts';
import type { Scope } from './scope.ts';
import { findFile, openFile, shownPath } from './scope.ts';
import { within } from './settings.ts';

type Path = readonly (string | number)[];

/** A role as it is used in one place. */
export interface RoleUse {
  readonly name: string;
  readonly vars: Mapping;
  readonly params: Mapping;
  /** Name of the file of its tasks. */
  readonly tasksFrom: string;
}

export interface ReadRoles extends Included {
  readonly roles: readonly Role[];
}

const nothing: ReadRoles = { entries: [], handlers: [], roles: [] };

/** Reads the list "roles:" of a play, or the dependencies of a role. One that is used the same way again runs once. */
export function readRoles(scope: Scope, value: unknown, path: Path, seen: Set<string>): ReadRoles {
  const { reading } = scope;
  if (value === undefined || value === null) return nothing;
  if (!Array.isArray(value)) {
    reading.wrong(
      path,
      `Cannot read "${String(path.at(-1))}": it is ${kindOfValue(value)}; a list is wanted`,
    );
    return nothing;
  }
  return joined(value.map((item: unknown, index) => readRoleItem(scope, item, [...path, index], seen)));
}

function readRoleItem(scope: Scope, item: unknown, path: Path, seen: Set<string>): ReadRoles {
  const { reading } = scope;
  const given = typeof item === 'string' ? { role: item } : item;
  const name = isMapping(given) ? (given['role'] ?? given['name']) : undefined;
  if (!isMapping(given) || typeof name !== 'string') {
    reading.wrong(
      path,
      `Cannot read a role: it is ${kindOfValue(item)}; its name is wanted, as in role: web`,
    );
    return nothing;
  }
  const key = JSON.stringify({ ...given, role: name });
  if (seen.has(key) && !isWithin(scope, name)) return nothing;
  seen.add(key);
  const { vars, ...settings } = readSettings(reading, given, path);
  const params = Object.fromEntries(Object.entries(given).filter(([word]) => !ROLE_KEYWORDS.includes(word)));
  for (const word of Object.keys(params)) {
    if (BLOCK_NOT_YET.includes(word)) refuseKeyword(reading, [...path, word], 'a role', [], BLOCK_NOT_YET);
    else checkVariableName(reading, [...path, word]);
  }
  const inside = { ...scope, settings: within(scope.settings, { ...settings, vars: {} }) };
  return readRole(inside, { name, vars, params, tasksFrom: 'main' }, path, seen);
}

/** Reads a role with all it depends on. */
export function readRole(
  scope: Scope,
  { name, vars, params, tasksFrom }: RoleUse,
  path: Path,
  seen: Set<string> = new Set(),
): ReadRoles {
  const { reading, chain } = scope;
  const places = placesOf(scope, name);
  const directory = places.find((place) => existsSync(place) && statSync(place).isDirectory());
  if (directory === undefined) {
    const where = places.map(shownPath).join(', ');
    reading.wrong(path, `Cannot find the role "${name}": there is no ${where}`);
    return nothing;
  }
  if (tasksFrom === 'main' && chain.includes(directory)) {
    reading.wrong(path, `Cannot use the role "${name}": it needs itself, without an end`);
    return nothing;
  }
  const role: Role = {
    name,
    directory,
    defaults: readMapping(scope, directory, 'defaults'),
    vars: { ...vars, ...readMapping(scope, directory, 'vars') },
    params,
  };
  const inside: Scope = { ...scope, role, chain: [...chain, directory] };
  const needed = readDependencies(inside, directory, seen);
  const file = mainFile(directory, 'tasks', tasksFrom);
  if (file === undefined && tasksFrom !== 'main')
    reading.wrong(
      path,
      `Cannot use "${tasksFrom}" of the role "${name}": there is no such file in its tasks`,
    );
  const entries: readonly Entry[] = file === undefined ? [] : readTasksAt(inside, file, path);
  return joined([needed, { entries, handlers: handlersOf(inside, directory), roles: [role] }]);
}

function joined(all: readonly ReadRoles[]): ReadRoles {
  return {
    entries: all.flatMap(({ entries }) => entries),
    handlers: all.flatMap(({ handlers }) => handlers),
    roles: all.flatMap(({ roles }) => roles),
  };
}

/** The role at hand is what this one needs, or needs what does. */
const isWithin = (scope: Scope, name: string): boolean =>
  placesOf(scope, name).some((place) => scope.chain.includes(place));

function placesOf({ home, role }: Scope, name: string): readonly string[] {
  const beside = role === undefined ? [] : [join(dirname(role.directory), name)];
  return [...new Set([...beside, join(home, 'roles', name), resolve(home, name), resolve('roles', name)])];
}

const mainFile = (directory: string, part: string, name: string): string | undefined =>
  findFile(
    [join(directory, part)],
    '',
    name === 'main' ? ['main.yml', 'main.yaml'] : [name, `${name}.yml`, `${name}.yaml`],
  );

/** The mapping in main.yml of a part of the role; empty when there is none. */
function readMapping({ reading }: Scope, directory: string, part: 'defaults' | 'vars'): Mapping {
  const file = mainFile(directory, part, 'main');
  const opened = file === undefined ? undefined : openFile(reading, file);
  if (opened === undefined) return {};
  return variablesIn(opened.value, opened.reading);
}

/** The roles that meta/main.yml says it needs first. */
function readDependencies(scope: Scope, directory: string, seen: Set<string>): ReadRoles {
  const file = mainFile(directory, 'meta', 'main');
  const opened = file === undefined ? undefined : openFile(scope.reading, file);
  if (opened === undefined || !isMapping(opened.value)) return nothing;
  return readRoles(
    { ...scope, reading: opened.reading },
    opened.value['dependencies'],
    ['dependencies'],
    seen,
  );
}

function handlersOf(scope: Scope, directory: string): readonly Task[] {
  const file = mainFile(directory, 'handlers', 'main');
  const opened = file === undefined ? undefined : openFile(scope.reading, file);
  if (file === undefined || opened === undefined) return [];
  return readHandlers({ ...scope, reading: opened.reading, chain: [...scope.chain, file] }, opened.value, []);
}
