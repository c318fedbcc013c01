import { readFile } from 'node:fs/promises';
import { findAction } from '../actions/registry.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { plannerKinds } from '../plan/planners.ts';
import { parseYaml } from '../text/parse-yaml.ts';
import { checkVars } from './check-templates.ts';
import { PLAY_KEYWORDS, PLAY_NOT_YET } from './keywords.ts';
import type { Play, Playbook, Written } from './playbook.ts';
import type { Mapping, Reading } from './reading.ts';
import {
  createReading,
  isMapping,
  kindOfValue,
  readTags,
  readText,
  readVars,
  refuseKeyword,
} from './reading.ts';
import { readTask } from './read-task.ts';

/** Reads a playbook's file. Every error in it at once, with its place; nothing is rendered yet. */
export async function loadPlaybook(file: string): Promise<Result<Playbook>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const why =
      error instanceof Error && 'code' in error && error.code === 'ENOENT'
        ? 'there is no such file'
        : String(error);
    return fail({
      code: 'playbook/unreadable',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot read the playbook ${file}: ${why}`,
    });
  }
  return parsePlaybook(text, file);
}

/** Like loadPlaybook, from text. */
export function parsePlaybook(text: string, file: string): Result<Playbook> {
  const parsed = parseYaml(text, file);
  if (!parsed.ok) return parsed;
  const { value, positions } = parsed.value;
  const reading = createReading(file, positions);
  const plays = readPlays(reading, value, file);
  return reading.diagnostics.length > 0 ? fail(...inOrder(reading.diagnostics)) : ok({ file, plays });
}

/** As they stand in the file. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const place = ({ at }: Diagnostic): number => (at === undefined ? 0 : at.line * 1e6 + at.column);
  return diagnostics.toSorted((a, b) => place(a) - place(b));
}

function readPlays(reading: Reading, value: unknown, file: string): readonly Play[] {
  if (!Array.isArray(value)) {
    const hint = 'A playbook begins like this:\n- hosts: all\n  tasks:\n    - command: uptime';
    reading.wrong(
      [],
      `Cannot read the playbook ${file}: it is ${kindOfValue(value)}; a list of plays is wanted`,
      hint,
    );
    return [];
  }
  if (value.length === 0)
    reading.wrong([], `Cannot read the playbook ${file}: it is an empty list; at least one play is wanted`);
  return value.flatMap((play: unknown, index) => {
    if (isMapping(play)) return [readPlay(reading, play, index)];
    reading.wrong(
      [index],
      `Cannot read play ${index + 1}: it is ${kindOfValue(play)}; a mapping with "hosts" and "tasks" is wanted`,
    );
    return [];
  });
}

function readPlay(reading: Reading, play: Mapping, index: number): Play {
  const path = [index];
  for (const key of Object.keys(play)) {
    if (PLAY_KEYWORDS.includes(key)) continue;
    const hint = looksLikeTask(key) ? 'Tasks go under "tasks:" of a play.' : undefined;
    if (hint === undefined) refuseKeyword(reading, [...path, key], 'a play', PLAY_KEYWORDS, PLAY_NOT_YET);
    else reading.wrong([...path, key], `Cannot use "${key}" in a play: it is a module`, hint);
  }
  checkGatherFacts(reading, play, path);
  const hosts = readHosts(reading, play, path);
  const vars = readVars(reading, play, path);
  checkVars(reading, vars, path);
  return {
    name: readText(reading, play, path, 'name', hosts.value),
    hosts,
    vars,
    tags: readTags(reading, play, path),
    tasks: readTasks(reading, play, path),
    at: reading.at(path),
  };
}

const looksLikeTask = (key: string): boolean => findAction(key) !== undefined || plannerKinds.includes(key);

/** There are no facts to gather: what a node is comes from the survey. The word is taken because every playbook has it. */
function checkGatherFacts(reading: Reading, play: Mapping, path: readonly number[]): void {
  const value = play['gather_facts'];
  if (value === undefined || typeof value === 'boolean') return;
  if (typeof value === 'string' && ['yes', 'no', 'on', 'off'].includes(value.toLowerCase())) return;
  reading.wrong(
    [...path, 'gather_facts'],
    `Cannot read "gather_facts": it is ${kindOfValue(value)}; true or false is wanted`,
  );
}

function readHosts(reading: Reading, play: Mapping, path: readonly number[]): Written<string> {
  const value = play['hosts'];
  const written = reading.written(value, [...path, 'hosts']);
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (value === undefined) {
    reading.wrong(
      path,
      `Cannot read play ${(path[0] ?? 0) + 1}: it has no "hosts"; which hosts it is for is wanted, as in hosts: all`,
    );
  } else if (items.length === 0 || !items.every((item) => typeof item === 'string' && item.trim() !== '')) {
    reading.wrong(
      [...path, 'hosts'],
      `Cannot read "hosts": it is ${kindOfValue(value)}; names of hosts or groups are wanted`,
    );
  } else if (items.some((item) => String(item).includes('{{'))) {
    reading.wrong(
      [...path, 'hosts'],
      'Cannot use a template in "hosts": not supported yet',
      'Choose hosts with -l/--limit.',
    );
  }
  return { value: items.join(':'), positions: written.positions };
}

function readTasks(reading: Reading, play: Mapping, path: readonly number[]): Play['tasks'] {
  const value = play['tasks'];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    reading.wrong(
      [...path, 'tasks'],
      `Cannot read "tasks": it is ${kindOfValue(value)}; a list of tasks is wanted`,
    );
    return [];
  }
  return value.flatMap((task: unknown, index) => {
    const place = [...path, 'tasks', index];
    if (isMapping(task)) return readTask(reading, task, place) ?? [];
    reading.wrong(
      place,
      `Cannot read task ${index + 1}: it is ${kindOfValue(task)}; a mapping with a module is wanted`,
    );
    return [];
  });
}
