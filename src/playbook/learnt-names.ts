import { noVault } from '../inventory/open-vault.ts';
import { holdsMarks } from '../template/tokens.ts';
import { FACTS } from './facts.ts';
import type { Playbook, Task } from './playbook.ts';
import { fixedInclude, tasksIn } from './playbook.ts';
import { isMapping } from './reading.ts';
import { findFile, openFile } from './scope.ts';

/** Every task of a playbook, handlers and those of fixed includes too. */
function allTasks({ plays }: Playbook): readonly Task[] {
  const tasks = plays.flatMap(({ preTasks, tasks: main, postTasks, handlers }) =>
    tasksIn([...preTasks, ...main, ...postTasks, ...handlers]),
  );
  const handlers = tasks.flatMap(({ include }) =>
    include === undefined ? [] : (fixedInclude(include)?.handlers ?? []),
  );
  return [...tasks, ...handlers];
}

/** Names that a host may learn in the run, by register, set_fact and include_vars; "any" when a template decides which. */
export function learntNames(playbook: Playbook): readonly string[] | 'any' {
  const names: string[] = [];
  for (const task of allTasks(playbook)) {
    const own = namesOf(task);
    if (own === 'any') return 'any';
    names.push(...own);
  }
  return names;
}

function namesOf({ module, args, register, include, directories }: Task): readonly string[] | 'any' {
  const registered = register === undefined ? [] : [register];
  // What comes back to a file is among the tasks of that file.
  if (include !== undefined && include.returns === undefined) {
    const included = fixedInclude(include);
    if (included === undefined) return 'any';
    return [
      ...registered,
      ...included.exposed.flatMap((role) => Object.keys({ ...role.defaults, ...role.vars })),
    ];
  }
  const given = args.value;
  if (module === 'set_fact') {
    const keys = isMapping(given) ? Object.keys(given) : [];
    return !isMapping(given) || keys.some(holdsMarks) ? 'any' : [...registered, ...keys];
  }
  const gathered = GATHERED[module];
  if (gathered !== undefined) return [...registered, ...gathered];
  if (module === 'getent') {
    const database = isMapping(given) ? given['database'] : undefined;
    if (typeof database !== 'string' || holdsMarks(database)) return 'any';
    return [...registered, 'ansible_facts', `getent_${database}`];
  }
  if (module !== 'include_vars') return registered;
  const { file, name } = isMapping(given) ? given : { file: given, name: undefined };
  if (typeof name === 'string') return holdsMarks(name) ? 'any' : [...registered, name];
  const names = typeof file === 'string' && !holdsMarks(file) ? namesInFile(file, directories) : undefined;
  return names === undefined ? 'any' : [...registered, ...names];
}

/** Facts of modules that gather them. */
const GATHERED: Readonly<Record<string, readonly string[]>> = {
  package_facts: ['ansible_facts', 'packages'],
  service_facts: ['ansible_facts', 'services'],
  setup: ['ansible_facts', ...FACTS.map((name) => `ansible_${name}`)],
};

/** Names of the variables in the file that include_vars will find; undefined when it can't be read. */
function namesInFile(file: string, directories: readonly string[]): readonly string[] | undefined {
  const path = findFile(directories, 'vars', [file]);
  const opened = path === undefined ? undefined : openFile({ diagnostics: [], openVault: noVault }, path);
  return isMapping(opened?.value) ? Object.keys(opened.value) : undefined;
}
