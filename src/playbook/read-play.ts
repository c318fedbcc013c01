import { findAction } from '../actions/registry.ts';
import { checkTemplates } from '../template/syntax.ts';
import { plannerKinds } from '../plan/planners.ts';
import { PLAY_KEYWORDS, PLAY_NOT_YET, bareName } from './keywords.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Order, Play, Prompt, Written } from './playbook.ts';
import { CONNECTING_WORDS, ORDERS } from './playbook.ts';
import { readHandlers } from './read-handlers.ts';
import { readRoles } from './read-role.ts';
import { readSettings } from './read-settings.ts';
import { readVarsFiles } from './read-vars-files.ts';
import type { Mapping, Reading } from './reading.ts';
import {
  checkVariableName,
  isMapping,
  isTemplate,
  kindOfValue,
  readSwitch,
  readText,
  refuseKeyword,
} from './reading.ts';
import { isBatchSize, noBatchSize } from './serial.ts';
import type { Scope } from './scope.ts';
import { within } from './settings.ts';

type Path = readonly (string | number)[];

/** Reads one play with all that is in it, and in its roles. */
export function readPlay(outer: Scope, play: Mapping, index: number): Play {
  const { reading } = outer;
  const path = [index];
  checkKeywords(reading, play, path);
  checkStrategy(reading, play, path);
  const hosts = readHosts(reading, play, path);
  const { vars, ...shared } = readSettings(reading, play, path);
  const settings = within(outer.settings, { ...shared, vars: {} });
  const scope: Scope = { ...outer, settings, handlers: [], roles: [] };
  const entries = (key: string) => scope.readEntries(scope, play[key], [...path, key], key);
  const roles = readRoles(scope, play['roles'], [...path, 'roles'], new Set());
  const preTasks = entries('pre_tasks');
  const tasks = [...roles.entries, ...entries('tasks')];
  const postTasks = entries('post_tasks');
  const maxFailPercentage = readPercentage(reading, play, path);
  const order = readOrder(reading, play, path);
  return {
    name: readText(reading, play, path, 'name', hosts.value),
    hosts,
    vars,
    fileVars: readVarsFiles(scope, play, path),
    prompts: readPrompts(reading, play, path),
    tags: settings.tags,
    // Facts are what the survey knows already; they are there unless somebody says no.
    gatherFacts: readSwitch(reading, play, path, 'gather_facts', true),
    forceHandlers: readSwitch(reading, play, path, 'force_handlers', false),
    connecting: readConnecting(reading, play, path),
    ...(order !== undefined && { order }),
    serial: readSerial(reading, play, path),
    ...(maxFailPercentage !== undefined && { maxFailPercentage }),
    roles: [...roles.roles, ...scope.roles],
    preTasks,
    tasks,
    postTasks,
    handlers: [
      ...roles.handlers,
      ...readHandlers(scope, play['handlers'], [...path, 'handlers']),
      ...scope.handlers,
    ],
    directory: scope.home,
    at: reading.at(path),
  };
}

function checkKeywords(reading: Reading, play: Mapping, path: Path): void {
  for (const key of Object.keys(play)) {
    if (PLAY_KEYWORDS.includes(key)) continue;
    const hint = looksLikeTask(key) ? 'Tasks go under "tasks:" of a play.' : undefined;
    if (hint === undefined) refuseKeyword(reading, [...path, key], 'a play', PLAY_KEYWORDS, PLAY_NOT_YET);
    else reading.wrong([...path, key], `Cannot use "${key}" in a play: it is a module`, hint);
  }
}

/** All hosts are at the same task. */
function checkStrategy(reading: Reading, play: Mapping, path: Path): void {
  const strategy = bareName(readText(reading, play, path, 'strategy', 'linear'));
  if (strategy === 'linear') return;
  const what = 'it is not supported yet; "linear", as without it, is';
  reading.wrong([...path, 'strategy'], `Cannot use the strategy "${strategy}": ${what}`);
}

const looksLikeTask = (key: string): boolean => findAction(key) !== undefined || plannerKinds.includes(key);

function readHosts(reading: Reading, play: Mapping, path: Path): Written<string> {
  const value = play['hosts'];
  const written = reading.written(value, [...path, 'hosts']);
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (value === undefined) {
    reading.wrong(
      path,
      `Cannot read play ${Number(path[0] ?? 0) + 1}: it has no "hosts"; which hosts it is for is wanted, as in hosts: all`,
    );
  } else if (items.length === 0 || !items.every((item) => typeof item === 'string' && item.trim() !== '')) {
    reading.wrong(
      [...path, 'hosts'],
      `Cannot read "hosts": it is ${kindOfValue(value)}; names of hosts or groups are wanted`,
    );
  } else reading.diagnostics.push(...checkTemplates(value, written.positions));
  return { value: items.join(':'), positions: written.positions };
}

function readConnecting(reading: Reading, play: Mapping, path: Path): Play['connecting'] {
  const given = CONNECTING_WORDS.filter((word) => play[word] !== undefined && play[word] !== null);
  return Object.fromEntries(
    given.map((word) => {
      const written = reading.written(readText(reading, play, path, word, ''), [...path, word]);
      reading.diagnostics.push(...checkTemplates(written.value, written.positions));
      return [word, written];
    }),
  );
}

function readSerial(reading: Reading, play: Mapping, path: Path): readonly Written[] {
  const value = play['serial'];
  if (value === undefined || value === null) return [];
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.flatMap((item, index) => {
    const place = Array.isArray(value) ? [...path, 'serial', index] : [...path, 'serial'];
    const written = reading.written(item, place);
    if (isTemplate(item)) reading.diagnostics.push(...checkTemplates(item, written.positions));
    else if (!isBatchSize(item)) reading.wrong(place, noBatchSize(item));
    return [written];
  });
}

function readOrder(reading: Reading, play: Mapping, path: Path): Order | undefined {
  const word = readText(reading, play, path, 'order', 'inventory');
  const order = ORDERS.find((one) => one === word);
  if (order === undefined)
    reading.wrong(
      [...path, 'order'],
      `Cannot read "order": it is "${word}"${didYouMean(word, ORDERS)}; one of ${ORDERS.join(', ')} is wanted`,
    );
  return play['order'] === undefined ? undefined : order;
}

function readPercentage(reading: Reading, play: Mapping, path: Path): number | undefined {
  const value = play['max_fail_percentage'];
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' ? Number(value.replace(/%$/u, '')) : value;
  if (typeof number === 'number' && number >= 0 && number <= 100) return number;
  reading.wrong(
    [...path, 'max_fail_percentage'],
    `Cannot read "max_fail_percentage": it is ${typeof value === 'string' || typeof value === 'number' ? `"${value}"` : kindOfValue(value)}; a number from 0 to 100 is wanted`,
  );
  return undefined;
}

function readPrompts(reading: Reading, play: Mapping, path: Path): readonly Prompt[] {
  const value = play['vars_prompt'];
  if (value === undefined || value === null) return [];
  const place = [...path, 'vars_prompt'];
  if (!Array.isArray(value)) {
    reading.wrong(place, `Cannot read "vars_prompt": it is ${kindOfValue(value)}; a list is wanted`);
    return [];
  }
  return value.flatMap((each: unknown, index) => {
    const prompt = readPrompt(reading, each, [...place, index]);
    return prompt === undefined ? [] : [prompt];
  });
}

const PROMPT_KEYWORDS = ['name', 'prompt', 'private', 'default'];
const PROMPT_NOT_YET = ['confirm', 'encrypt', 'salt', 'salt_size', 'unsafe'];

function readPrompt(reading: Reading, value: unknown, path: Path): Prompt | undefined {
  if (!isMapping(value) || typeof value['name'] !== 'string') {
    reading.wrong(path, 'Cannot read "vars_prompt": it has no "name"; the variable to ask for is wanted');
    return undefined;
  }
  for (const key of Object.keys(value))
    if (!PROMPT_KEYWORDS.includes(key))
      refuseKeyword(reading, [...path, key], '"vars_prompt"', PROMPT_KEYWORDS, PROMPT_NOT_YET);
  const name = value['name'];
  checkVariableName({ ...reading, wrong: (_, message) => reading.wrong([...path, 'name'], message) }, [name]);
  const otherwise = value['default'];
  return {
    name,
    question: readText(reading, value, path, 'prompt', name),
    isHidden: !['no', 'false', false].some((no) => no === value['private']),
    ...((typeof otherwise === 'string' || typeof otherwise === 'number') && {
      otherwise: String(otherwise),
    }),
    at: reading.at(path),
  };
}
