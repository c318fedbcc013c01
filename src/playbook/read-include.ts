import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Include, Included, RoleFiles } from './playbook.ts';
import { isFixed } from './playbook.ts';
import { isForOthers } from './for-others.ts';
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
  const inside = { ...scope, settings };
  const load =
    of === 'tasks'
      ? loader(
          again === undefined ? inside : { ...inside, chain: chainBefore(scope, again) },
          (apart, name) => ({
            entries: readTaskFile(apart, again ?? name, at),
            handlers: apart.handlers,
            exposed: [],
          }),
        )
      : loader(inside, (apart, name, from) => {
          const use = { name, vars: own.vars, params: {}, from, isNeeded: false };
          const { entries, handlers, roles } = readRole(apart, use, at);
          return {
            entries: [roleBlock(entries, { ...wanted, name, from }, own.vars, reading.at(at))],
            handlers: [...handlers, ...apart.handlers],
            exposed: wanted.isPublic ? roles : [],
          };
        });
  const { positions } = reading.written(wanted.name, at);
  const include: Include = {
    of,
    name: { value: wanted.name, positions },
    from: { value: wanted.from, positions },
    load,
    ...(again !== undefined && { returns: true }),
  };
  if (isFixed(include) && !isForOthers(within(scope.settings, own))) {
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

const chainBefore = ({ chain }: Scope, file: string): readonly string[] =>
  chain.slice(0, chain.indexOf(file));

/** Reads with errors and handlers of its own, and the same names once. */
function loader(
  scope: Scope,
  read: (apart: Scope, name: string, from: RoleFiles) => Included,
): Include['load'] {
  const known = new Map<string, Result<Included>>();
  return (name, from) => {
    const key = JSON.stringify([name, from]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const diagnostics: Diagnostic[] = [];
    const included = read(
      { ...scope, handlers: [], roles: [], reading: scope.reading.into(diagnostics) },
      name,
      from,
    );
    const result = diagnostics.length > 0 ? fail(...diagnostics) : ok(included);
    known.set(key, result);
    return result;
  };
}
