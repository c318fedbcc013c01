import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Include, Included, RoleFiles } from './playbook.ts';
import { isFixed } from './playbook.ts';
import { readIncludeArgs, roleBlock } from './read-import.ts';
import { readRole } from './read-role.ts';
import type { FoundModule } from './read-task.ts';
import { readTaskFile } from './read-task-file.ts';
import type { Scope } from './scope.ts';
import { directoriesOf, findFile } from './scope.ts';
import type { Settings } from './settings.ts';
import { noSettings, within } from './settings.ts';

type Path = readonly (string | number)[];

/** What include_tasks or include_role puts in its place. Of the task's own keywords the included tasks have the variables alone. */
export function readInclude(
  scope: Scope,
  own: Settings,
  { key: word, module, args }: FoundModule,
  path: Path,
): Include | undefined {
  const of = { include_tasks: 'tasks', include_role: 'role' }[module];
  if (of !== 'tasks' && of !== 'role') return undefined;
  const { reading } = scope;
  const at = [...path, word];
  const wanted = readIncludeArgs(scope, args.value, at, module);
  if (wanted === undefined) return undefined;
  const outer = within(scope.settings, { ...noSettings, vars: own.vars });
  const settings = within(outer, wanted.apply);
  const isConditional = scope.settings.when.length + own.when.length > 0;
  const again = of === 'tasks' && isConditional ? fileAround(scope, wanted.name) : undefined;
  const known = new Map<string, Result<Included>>();
  const load = (name: string, from: RoleFiles): Result<Included> => {
    const key = JSON.stringify([name, from]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const diagnostics: Diagnostic[] = [];
    const inside: Scope = {
      ...scope,
      settings,
      ...(again !== undefined && { chain: scope.chain.slice(0, scope.chain.indexOf(again)) }),
      handlers: [],
      roles: [],
      reading: collecting(scope, diagnostics),
    };
    const loaded =
      of === 'tasks'
        ? { entries: readTaskFile(inside, again ?? name, at), handlers: [], roles: [] }
        : readRole(inside, { name, vars: own.vars, params: {}, from, isNeeded: false }, at);
    const entries =
      of === 'tasks'
        ? loaded.entries
        : [roleBlock(loaded.entries, { ...wanted, name, from }, own.vars, reading.at(at))];
    const handlers = [...loaded.handlers, ...inside.handlers];
    const exposed = wanted.isPublic ? loaded.roles : [];
    const result = diagnostics.length > 0 ? fail(...diagnostics) : ok({ entries, handlers, exposed });
    known.set(key, result);
    return result;
  };
  const { positions } = reading.written(wanted.name, at);
  const include: Include = {
    of,
    name: { value: wanted.name, positions },
    from: { value: wanted.from, positions },
    load,
    ...(again !== undefined && { returns: true }),
  };
  if (isFixed(include)) {
    const loaded = load(wanted.name, wanted.from);
    if (!loaded.ok) reading.diagnostics.push(...loaded.diagnostics);
  }
  return include;
}

/** The file of this name, if it is being read: it includes itself, which ends when a condition does not hold any more. */
function fileAround(scope: Scope, name: string): string | undefined {
  const file = findFile(directoriesOf(scope), 'tasks', [name]);
  return file !== undefined && scope.chain.includes(file) ? file : undefined;
}

/** The same reading, its errors gathered elsewhere. */
function collecting({ reading }: Scope, diagnostics: Diagnostic[]): Scope['reading'] {
  return {
    ...reading,
    diagnostics,
    wrong: (path, message) =>
      diagnostics.push({
        code: 'playbook/invalid',
        severity: 'error',
        trouble: 'invalid',
        message,
        at: reading.at(path),
      }),
  };
}
