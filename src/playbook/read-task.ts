import { actionNames, findAction } from '../actions/registry.ts';
import { plannerKinds } from '../plan/planners.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { checkArgs } from './check-args.ts';
import { checkTaskTemplates } from './check-templates.ts';
import { ACTION_PREFIXES, MODULES_NOT_YET, TASK_KEYWORDS, TASK_NOT_YET } from './keywords.ts';
import type { Task, Written } from './playbook.ts';
import type { Mapping, Reading } from './reading.ts';
import { isTemplate, kindOfValue, readTags, readText, readVars, refuseKeyword } from './reading.ts';

type Path = readonly (string | number)[];

/** Reads one task; undefined when it has no single module to run, which is among the errors then. */
export function readTask(reading: Reading, task: Mapping, path: Path): Task | undefined {
  const found = readModule(reading, task, path);
  const when = readWhen(reading, task, path);
  const loop = readLoop(reading, task, path);
  const vars = readVars(reading, task, path);
  const tags = readTags(reading, task, path);
  const name = readText(reading, task, path, 'name', found?.module ?? '');
  if (found === undefined) return undefined;
  checkTaskTemplates(reading, { ...found, ...(when && { when }), ...(loop && { loop }), vars }, path);
  return { name, ...found, ...(when && { when }), ...(loop && { loop }), vars, tags, at: reading.at(path) };
}

/** The one key that is a module. Every other unknown key is an error. */
function readModule(reading: Reading, task: Mapping, path: Path): Pick<Task, 'module' | 'args'> | undefined {
  const before = reading.diagnostics.length;
  const modules: { readonly key: string; readonly module: string }[] = [];
  for (const key of Object.keys(task)) {
    const module = moduleName(key);
    if (module !== undefined) modules.push({ key, module });
    else if (!TASK_KEYWORDS.includes(key)) refuseKey(reading, [...path, key]);
  }
  const [only, second] = modules;
  if (second !== undefined) {
    const names = modules.map(({ key }) => `"${key}"`).join(' and ');
    reading.wrong([...path, second.key], `Cannot read a task: it has ${names}; one module a task is wanted`);
    return undefined;
  }
  if (only === undefined) {
    const known = [...plannerKinds, ...actionNames].join(', ');
    if (reading.diagnostics.length === before)
      reading.wrong(path, `Cannot read a task: it has no module; one of ${known} is wanted`);
    return undefined;
  }
  const args = reading.written(task[only.key], [...path, only.key]);
  checkArgs(reading, only.module, args, [...path, only.key]);
  return { module: only.module, args };
}

function moduleName(key: string): string | undefined {
  const prefix = ACTION_PREFIXES.find((one) => key.startsWith(one)) ?? '';
  const bare = key.slice(prefix.length);
  if (findAction(bare) !== undefined) return bare;
  return plannerKinds.includes(key) ? key : undefined;
}

function refuseKey(reading: Reading, path: Path): void {
  const word = String(path.at(-1));
  const known = [...plannerKinds, ...actionNames];
  const bare = word.replace(/^ansible\.(?:builtin|legacy)\./u, '');
  if (MODULES_NOT_YET.includes(bare) || /^[a-z_]\w*(?:\.\w+){2,}$/u.test(word)) {
    reading.wrong(
      path,
      `Cannot use the module "${word}": not supported yet`,
      `Modules of this version: ${known.join(', ')}`,
    );
  } else if (TASK_NOT_YET.includes(word) || word.startsWith('with_')) {
    const hint = word.startsWith('with_') ? 'Use "loop:".' : undefined;
    if (hint === undefined) refuseKeyword(reading, path, 'a task', TASK_KEYWORDS, TASK_NOT_YET);
    else reading.wrong(path, `Cannot use "${word}" in a task: not supported yet`, hint);
  } else {
    const candidates = [...known, ...TASK_KEYWORDS, ...TASK_NOT_YET, ...MODULES_NOT_YET];
    reading.wrong(
      path,
      `Cannot use "${word}" in a task: there is no such keyword or module${didYouMean(word, candidates)}`,
    );
  }
}

function readWhen(reading: Reading, task: Mapping, path: Path): Written | undefined {
  const value = task['when'];
  if (value === undefined) return undefined;
  const place = [...path, 'when'];
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const [index, item] of items.entries()) {
    if (typeof item === 'string' || typeof item === 'boolean') continue;
    reading.wrong(
      Array.isArray(value) ? [...place, index] : place,
      `Cannot read "when": it is ${kindOfValue(item)}; an expression or a list of them is wanted`,
    );
  }
  return reading.written(value, place);
}

function readLoop(reading: Reading, task: Mapping, path: Path): Written | undefined {
  const value = task['loop'];
  if (value === undefined) return undefined;
  if (!Array.isArray(value) && !isTemplate(value)) {
    reading.wrong(
      [...path, 'loop'],
      `Cannot read "loop": it is ${kindOfValue(value)}; a list is wanted, or a template that gives one, as in loop: "{{ webs }}"`,
    );
  }
  return reading.written(value, [...path, 'loop']);
}
