import { actionNames, findAction } from '../actions/registry.ts';
import { findPlanner, plannerKinds } from '../plan/planners.ts';
import { checkTemplateText } from '../template/syntax.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { ActionForm } from './action-form.ts';
import { readActionForm } from './action-form.ts';
import { checkArgs } from './check-args.ts';
import { checkArguments } from './check-templates.ts';
import {
  bareName,
  LANGUAGE_WORDS,
  LOOPS_BY_LOOKUP,
  MODULES_NOT_YET,
  TASK_KEYWORDS,
  TASK_NOT_YET,
} from './keywords.ts';
import { isForOthers } from './for-others.ts';
import { withDefaults } from './module-defaults.ts';
import type { Task } from './playbook.ts';
import { readArgs } from './read-args.ts';
import { readInclude } from './read-include.ts';
import { readLoop } from './read-loop.ts';
import { readMeta } from './read-meta.ts';
import { readNames, readSettings } from './read-settings.ts';
import type { Mapping, Reading } from './reading.ts';
import { checkVariableName, isMapping, readText, refuseKeyword } from './reading.ts';
import type { Scope } from './scope.ts';
import { directoriesOf, findFile, openFile } from './scope.ts';
import type { Settings } from './settings.ts';
import { within } from './settings.ts';
import { templateFile } from './task-texts.ts';

type Path = readonly (string | number)[];

/** Reads one task; undefined when it has no single module to run, which is among the errors then. */
export function readTask(scope: Scope, task: Mapping, path: Path): Task | undefined {
  const { reading, role } = scope;
  const form = readActionForm(reading, task, path);
  const loop = readLoop(reading, task, path);
  const own = form?.key === 'local_action' ? locally(reading, task, path) : readSettings(reading, task, path);
  const settings = within(scope.settings, own);
  const found = readModule(reading, task, path, { form, settings });
  const name = readName(reading, task, path, found);
  const register = readRegister(reading, task, path);
  const listen = readNames(reading, task['listen'], [...path, 'listen'], 'listen').map(({ value }) => value);
  if (found === undefined) return undefined;
  checkAsync(reading, task, found.module, path);
  if (findAction(found.module) === undefined) refuseKeywords(reading, task, found.module, path);
  if (plannerKinds.includes(found.module) && settings.words.no_log !== undefined)
    reading.wrong(
      path,
      `Cannot use "no_log" with "${found.module}": its plan is what is shown; secrets in it are hidden without it`,
      'Leave "no_log" to the tasks that need it.',
    );
  const include = readInclude(scope, own, found, path);
  const read: Task = {
    name,
    module: found.module,
    args: found.args,
    settings,
    ...(loop && { loop }),
    ...(register !== undefined && { register }),
    listen,
    ...(role && { role }),
    directories: directoriesOf(scope),
    ...(include && { include }),
    at: reading.at(path),
  };
  checkFiles(reading, read);
  return read;
}

/** As if it were delegated to "localhost". */
function locally(reading: Reading, task: Mapping, path: Path): Settings {
  const own = readSettings(reading, task, path);
  const { positions } = reading.written('', [...path, 'local_action']);
  return { ...own, words: { delegate_to: { value: 'localhost', positions }, ...own.words } };
}

/** As given, else the module; of an included role with what it includes, as Ansible shows it. */
function readName(reading: Reading, task: Mapping, path: Path, found: FoundModule | undefined): string {
  const { module, args, key } = found ?? { module: '', args: undefined, key: '' };
  const role = module === 'include_role' && isMapping(args?.value) ? args.value['name'] : undefined;
  const own = module === NEVER_RUN ? bareName(key) : module;
  const otherwise = typeof role === 'string' ? `${own} : ${role}` : own;
  return readText(reading, task, path, 'name', otherwise);
}

/** Complains of files with a fixed name that are there, and can't be read when the task is reached. */
function checkFiles(reading: Reading, task: Task): void {
  const template = templateFile(task);
  if (template !== undefined) reading.diagnostics.push(...checkTemplateText(template.text, template.file));
  const { value } = task.args;
  const name = isMapping(value) ? value['file'] : value;
  if (task.module !== 'include_vars' || typeof name !== 'string') return;
  const file = findFile(task.directories, 'vars', [name]);
  if (file !== undefined) openFile(reading, file);
}

/** Work that goes on by itself is a unit of the node's systemd, which root alone can start. */
function checkAsync(reading: Reading, task: Mapping, module: string, path: Path): void {
  if (task['async'] === undefined || findAction(module) === undefined) return;
  if (Number(task['poll'] ?? 1) === 0 && !['command', 'shell', 'script', 'raw'].includes(module))
    reading.wrong(
      [...path, 'poll'],
      `Cannot leave "${module}" to itself (poll: 0): it is more than one command; a poll of 1 or more is wanted`,
    );
}

/** A resource is planned for all hosts at once, with all items of a loop; an include runs nothing itself. */
function refuseKeywords(reading: Reading, task: Mapping, module: string, path: Path): void {
  const tries = ['until', 'retries', 'delay'];
  const refused = ['async', 'poll', 'timeout', 'throttle', 'environment'];
  if (!plannerKinds.includes(module)) refused.push(...tries, 'delegate_to');
  for (const key of refused)
    if (task[key] !== undefined)
      reading.wrong([...path, key], `Cannot use "${key}" with "${module}": not supported yet`);
}

function readRegister(reading: Reading, task: Mapping, path: Path): string | undefined {
  const name = readText(reading, task, path, 'register', '');
  if (name === '') return undefined;
  checkVariableName({ ...reading, wrong: (_, message) => reading.wrong([...path, 'register'], message) }, [
    name,
  ]);
  return name;
}

export interface FoundModule extends Pick<Task, 'module' | 'args'> {
  /** As it is written. */
  readonly key: string;
}

/** The one key that is a module. Every other unknown key is an error. */
function readModule(
  reading: Reading,
  task: Mapping,
  path: Path,
  { form, settings }: { readonly form: ActionForm | undefined; readonly settings: Settings },
): FoundModule | undefined {
  const before = reading.diagnostics.length;
  const written = form?.task ?? task;
  const modules: { readonly key: string; readonly module: string }[] = [];
  const unknown: string[] = [];
  for (const key of Object.keys(written)) {
    const word = key === form?.key ? form.word : key;
    const module = moduleName(word, written[key]);
    if (module !== undefined) modules.push({ key, module });
    else if (word !== '' && !TASK_KEYWORDS.includes(word) && !LOOPS_BY_LOOKUP.has(word)) unknown.push(key);
  }
  const [stranger] = unknown;
  if (stranger !== undefined && unknown.length === 1 && modules.length === 0 && isForOthers(settings))
    return neverRun(reading, stranger, path);
  for (const key of unknown) refuseKey(reading, [...path, key], key === form?.key ? form.word : key);
  const [only, second] = modules;
  if (second !== undefined) {
    const names = modules.map(({ key }) => `"${key}"`).join(' and ');
    reading.wrong([...path, second.key], `Cannot read a task: it has ${names}; one module a task is wanted`);
    return undefined;
  }
  if (only === undefined) {
    const known = [...plannerKinds, ...actionNames].join(', ');
    if (reading.diagnostics.length === before && form?.word !== '')
      reading.wrong(path, `Cannot read a task: it has no module; one of ${known} is wanted`);
    return undefined;
  }
  const given = readArgs(reading, only.module, written, only.key, path);
  if (only.module === 'meta') readMeta(reading, given, [...path, only.key]);
  const args = withDefaults(given, only.module, settings.moduleDefaults);
  // A task that runs on no node may have arguments that only other systems' modules take.
  if (!isForOthers(settings)) checkArgs(reading, only.module, args, [...path, only.key]);
  checkArguments(reading, only.module, args);
  return { ...only, args };
}

/** Stands for a module that there is not, in a task that runs on no node. */
const NEVER_RUN = 'fail';

function neverRun(reading: Reading, key: string, path: Path): FoundModule {
  const msg = `Cannot use "${key}": no such module is here, and its condition was to leave it out`;
  return { key, module: NEVER_RUN, args: reading.written({ msg }, [...path, key]) };
}

/**
 * The module that a key of a task names. "reboot" is Ansible's, of the node, and the act of a guest too: the act where an
 * argument says so that only the act has.
 */
function moduleName(key: string, args: unknown): string | undefined {
  const bare = bareName(key);
  if (LANGUAGE_WORDS.includes(bare)) return bare;
  const action = findAction(bare) ?? findAction(`ansible.builtin.${bare}`);
  const planner = findPlanner(key);
  const isActs = (word: string): boolean =>
    planner?.knows(word) === true && action?.keys.includes(word) !== true;
  if (action === undefined || (isMapping(args) && Object.keys(args).some(isActs))) return planner?.kind;
  return action.name;
}

function refuseKey(reading: Reading, path: Path, word: string): void {
  const known = [...plannerKinds, ...actionNames, ...LANGUAGE_WORDS];
  const isOfCollection = bareName(word) === word && /^[a-z_]\w*(?:\.\w+){2,}$/u.test(word);
  if (MODULES_NOT_YET.includes(bareName(word)) || isOfCollection) {
    reading.wrong(
      path,
      `Cannot use the module "${word}": not supported yet`,
      'The modules of this version: pvefleet docs tasks, pvefleet docs kinds',
    );
  } else if (TASK_NOT_YET.includes(word)) {
    const hint = word.startsWith('with_') ? 'Use "loop:".' : undefined;
    if (hint === undefined) refuseKeyword(reading, path, 'a task', TASK_KEYWORDS, TASK_NOT_YET);
    else reading.wrong(path, `Cannot use "${word}" in a task: not supported yet`, hint);
  } else {
    const candidates = [...known, ...TASK_KEYWORDS, ...TASK_NOT_YET, ...MODULES_NOT_YET];
    reading.wrong(
      path,
      `Cannot use "${word}" in a task: there is no such keyword or module${didYouMean(bareName(word), candidates)}`,
    );
  }
}
