import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { BLOCK_NOT_YET, ROLE_KEYWORDS } from './keywords.ts';
import type { Entry, Included, Role, RoleFiles, RolePart, Task } from './playbook.ts';
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
  readonly from: RoleFiles;
  /** The role around it depends on it. */
  readonly isNeeded: boolean;
}

const MAIN: RoleFiles = { tasks: 'main', handlers: 'main', defaults: 'main', vars: 'main' };

export interface ReadRoles extends Pick<Included, 'entries' | 'handlers'> {
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
  if (seen.has(key) && !isWithin(scope, name) && !allowsDuplicates(scope, name)) return nothing;
  seen.add(key);
  const { vars, ...settings } = readSettings(reading, given, path);
  const params = Object.fromEntries(Object.entries(given).filter(([word]) => !ROLE_KEYWORDS.includes(word)));
  for (const word of Object.keys(params)) {
    if (BLOCK_NOT_YET.includes(word)) refuseKeyword(reading, [...path, word], 'a role', [], BLOCK_NOT_YET);
    else checkVariableName(reading, [...path, word]);
  }
  const inside = { ...scope, settings: within(scope.settings, { ...settings, vars: {} }) };
  return readRole(inside, { name, vars, params, from: MAIN, isNeeded: scope.role !== undefined }, path, seen);
}

/** Reads a role with all it depends on. */
export function readRole(
  scope: Scope,
  { name, vars, params, from, isNeeded }: RoleUse,
  path: Path,
  seen: Set<string> = new Set(),
): ReadRoles {
  const { reading, chain } = scope;
  const directory = directoryOf(scope, name);
  if (directory === undefined) {
    const where = placesOf(scope, name).map(shownPath).join(', ');
    reading.wrong(path, `Cannot find the role "${name}": there is no ${where}`);
    return nothing;
  }
  if (from.tasks === 'main' && chain.includes(directory)) {
    reading.wrong(path, `Cannot use the role "${name}": it needs itself, without an end`);
    return nothing;
  }
  for (const part of Object.keys(MAIN) as RolePart[])
    if (from[part] !== 'main' && fileOf(directory, part, from[part]) === undefined)
      reading.wrong(
        path,
        `Cannot use "${from[part]}" of the role "${name}": there is no such file in its ${part}`,
      );
  // As in Ansible, a role has what those around it have, and what those that it needs have.
  const outer = scope.role;
  const role: Role = {
    name,
    directory,
    defaults: { ...outer?.defaults, ...readMapping(scope, directory, 'defaults', from) },
    vars: { ...outer?.vars, ...vars, ...readMapping(scope, directory, 'vars', from) },
    params: { ...outer?.params, ...params },
    parents: isNeeded || outer === undefined ? [] : [outer, ...outer.parents],
  };
  const needing: Scope = { ...scope, role, chain: [...chain, directory] };
  const needed = readDependencies(needing, directory, seen);
  const inside: Scope = { ...needing, role: withNeeded(role, needed.roles) };
  const file = fileOf(directory, 'tasks', from.tasks);
  const entries: readonly Entry[] = file === undefined ? [] : readTasksAt(inside, file, path);
  return joined([
    needed,
    { entries, handlers: handlersOf(inside, directory, from), roles: [inside.role ?? role] },
  ]);
}

/** A role with the variables of those that it needs, which are weaker than its own. */
function withNeeded(role: Role, needed: readonly Role[]): Role {
  const all = (key: 'defaults' | 'vars'): Mapping =>
    Object.assign({}, ...needed.map((each) => each[key])) as Mapping;
  return {
    ...role,
    defaults: { ...all('defaults'), ...role.defaults },
    vars: { ...all('vars'), ...role.vars },
  };
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

const directoryOf = (scope: Scope, name: string): string | undefined =>
  placesOf(scope, name).find((place) => existsSync(place) && statSync(place).isDirectory());

const fileOf = (directory: string, part: RolePart | 'meta', name: string): string | undefined =>
  findFile(
    [join(directory, part)],
    '',
    name === 'main' ? ['main.yml', 'main.yaml'] : [name, `${name}.yml`, `${name}.yaml`],
  );

/** The mapping in the file of a part of the role; empty when there is none. */
function readMapping(
  { reading }: Scope,
  directory: string,
  part: 'defaults' | 'vars',
  from: RoleFiles,
): Mapping {
  const file = fileOf(directory, part, from[part]);
  const opened = file === undefined ? undefined : openFile(reading, file);
  if (opened === undefined) return {};
  return variablesIn(opened.value, opened.reading);
}

/** The roles that meta/main.yml says it needs first. */
function readDependencies(scope: Scope, directory: string, seen: Set<string>): ReadRoles {
  const file = fileOf(directory, 'meta', 'main');
  const opened = file === undefined ? undefined : openFile(scope.reading, file);
  if (opened === undefined || !isMapping(opened.value)) return nothing;
  return readRoles(
    { ...scope, reading: opened.reading },
    opened.value['dependencies'],
    ['dependencies'],
    seen,
  );
}

/** Whether its meta/main.yml says that it runs again though it is used the same way. */
function allowsDuplicates(scope: Scope, name: string): boolean {
  const directory = directoryOf(scope, name);
  const file = directory === undefined ? undefined : fileOf(directory, 'meta', 'main');
  const { openVault } = scope.reading;
  const opened = file === undefined ? undefined : openFile({ diagnostics: [], openVault }, file);
  return isMapping(opened?.value) && opened.value['allow_duplicates'] === true;
}

function handlersOf(scope: Scope, directory: string, from: RoleFiles): readonly Task[] {
  const file = fileOf(directory, 'handlers', from.handlers);
  const opened = file === undefined ? undefined : openFile(scope.reading, file);
  if (file === undefined || opened === undefined) return [];
  return readHandlers({ ...scope, reading: opened.reading, chain: [...scope.chain, file] }, opened.value, []);
}
