import { existsSync } from 'node:fs';
import { placesOf } from '../files/places-of.ts';
import { splitWords } from '../actions/split-words.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { positionAt } from '../diagnostic.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Node } from '../inventory/node.ts';
import { fixedFiles } from '../template/fixed-lookups.ts';
import { holdsMarks } from '../template/tokens.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { prepare } from './missing-variables.ts';
import type { Play, Playbook, Task } from './playbook.ts';
import { isMapping } from './reading.ts';
import { textsOf } from './task-texts.ts';
import type { TagChoice } from './tags.ts';
import { isChosen } from './tags.ts';
import type { StandingTask } from './walk-tasks.ts';
import { walkTasks } from './walk-tasks.ts';

/** The argument that names a file of the controller, and the folder that it is looked for in. */
const SOURCES: Readonly<Record<string, { readonly key: string; readonly folder: string }>> = {
  copy: { key: 'src', folder: 'files' },
  include_vars: { key: 'file', folder: 'vars' },
  script: { key: 'cmd', folder: 'files' },
  template: { key: 'src', folder: 'templates' },
  unarchive: { key: 'src', folder: 'files' },
};

/** Arguments with which the file may be one of the node, or may not be needed. */
const MAY_DO_WITHOUT = ['remote_src', 'copy', 'creates', 'removes'];

export interface FixedOptions {
  readonly inventory: Inventory;
  readonly hosts: ReadonlyMap<Play, readonly Node[]>;
  readonly tags: TagChoice;
}

/**
 * Complains, before anything is run, of files of the controller and of hosts to delegate to that are named without a
 * template and are not there. Not of what may never be needed: a task with a condition, one whose failure is caught; nor of
 * files where the run itself may make some: it fetches, or does something on this machine.
 */
export function checkFixed(
  { plays }: Playbook,
  { inventory, hosts, tags }: FixedOptions,
): readonly Diagnostic[] {
  const all = plays.flatMap(walkTasks);
  const isHere = ({ connection }: Node): boolean => connection.transport === 'local';
  const here = inventory.nodes.filter(isHere).map(({ name }) => name);
  const makesFiles =
    [...hosts.values()].flat().some(isHere) ||
    all.some(
      ({ task: { module, settings } }) =>
        module === 'fetch' || here.includes(String(settings.words.delegate_to?.value)),
    );
  const needed = all.filter(
    ({ task, where }) => !where.isCaught && !isConditional(task, where) && isChosen(task.settings.tags, tags),
  );
  return needed.flatMap(({ task }) => [
    ...(makesFiles ? [] : [...missingFile(task), ...missingLookups(task)]),
    ...unknownDelegate(task, inventory),
  ]);
}

const isConditional = (task: Task, { includes }: StandingTask['where']): boolean =>
  [...includes, task].some(({ settings, loop }) => settings.when.length > 0 || loop !== undefined);

function missingFile({ module, args, directories }: Task): readonly Diagnostic[] {
  const source = SOURCES[module];
  const { value, positions } = args;
  if (source === undefined || (isMapping(value) && MAY_DO_WITHOUT.some((key) => value[key] !== undefined)))
    return [];
  const given = isMapping(value) ? value[source.key] : value;
  if (typeof given !== 'string' || holdsMarks(given)) return [];
  const name = module === 'script' ? splitWords(given)?.[0] : given;
  if (name === undefined || name === '') return [];
  const places = placesOf(name, source.folder, directories);
  if (places.some((place) => existsSync(place))) return [];
  const at = positionAt(positions, isMapping(value) ? [source.key] : []);
  return [problem('playbook/missing-file', `Cannot find ${name}: it is at none of ${places.join(', ')}`, at)];
}

/** Files that templates of the task look up; not in a text that has conditions, by which they may not be needed. */
function missingLookups(task: Task): readonly Diagnostic[] {
  return textsOf(task).flatMap(({ kind, text, at }) => {
    if (prepare(kind, text).branches) return [];
    return fixedFiles(kind, text).flatMap(({ name, folder }) => {
      const places = placesOf(name, folder, task.directories);
      if (places.some((place) => existsSync(place))) return [];
      return [
        problem('playbook/missing-file', `Cannot find ${name}: it is at none of ${places.join(', ')}`, at),
      ];
    });
  });
}

function unknownDelegate({ name, settings }: Task, { nodes }: Inventory): readonly Diagnostic[] {
  const written = settings.words.delegate_to;
  const host = written?.value;
  if (written === undefined || typeof host !== 'string' || holdsMarks(host)) return [];
  const known = nodes.map((node) => node.name);
  if (known.includes(host)) return [];
  const what = `the inventory has no such host${didYouMean(host, known)}`;
  return [
    problem(
      'playbook/delegate',
      `Cannot delegate "${name}" to "${host}": ${what}`,
      positionAt(written.positions, []),
    ),
  ];
}

function problem(code: string, message: string, at: Diagnostic['at']): Diagnostic {
  return { code, severity: 'error', trouble: 'invalid', message, ...(at && { at }) };
}
