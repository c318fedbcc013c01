import type { Diagnostic } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { pythonStr } from '../template/python-text.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Play, Playbook, Task } from './playbook.ts';
import { fixedInclude, tasksIn } from './playbook.ts';
import { isChosen, type TagChoice } from './tags.ts';

/** What is listed of each play, in lines. */
export type Listing = (play: Play) => string;

/** Lists the plays of a playbook as Ansible does, and of each of them all this. */
export function listPlaybook({ file, plays }: Playbook, listings: readonly Listing[]): string {
  const blocks = plays.map(
    (play, index) => headOf(play, index) + listings.map((listing) => listing(play)).join(''),
  );
  return `\nplaybook: ${file}\n\n${blocks.join('\n')}`;
}

/** The hosts that would take part. */
export function listedHosts(hosts: ReadonlyMap<Play, readonly Node[]>): Listing {
  return (play) => {
    const names = (hosts.get(play) ?? []).map(({ name }) => `      ${name}\n`);
    return `    pattern: ${pythonStr([play.hosts.value])}\n    hosts (${names.length}):\n${names.join('')}`;
  };
}

/** The tasks that would be run; what is included by a template is not known yet. */
export function listedTasks(choice: TagChoice): Listing {
  return (play) => {
    const tasks = chosen(play, choice).map(
      (task) => `      ${titleOf(task)}\tTAGS: [${task.settings.tags.toSorted().join(', ')}]\n`,
    );
    return `    tasks:\n${tasks.join('')}`;
  };
}

/** The tags of these tasks. */
export function listedTags(choice: TagChoice): Listing {
  return (play) => {
    const tags = new Set(chosen(play, choice).flatMap(({ settings }) => settings.tags));
    return `      TASK TAGS: [${[...tags].toSorted().join(', ')}]\n`;
  };
}

/** A task to start at that is not there: most likely mistyped, so nothing is run. What a template includes may have it. */
export function checkStart({ plays, file }: Playbook, name: string | undefined): readonly Diagnostic[] {
  if (name === undefined) return [];
  const tasks = plays.flatMap(({ preTasks, tasks: main, postTasks }) =>
    tasksIn([...preTasks, ...main, ...postTasks]),
  );
  if (tasks.some((task) => isNamed(task, name) || isOpen(task))) return [];
  return [
    {
      code: 'playbook/unknown-task',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot start at the task "${name}": ${file} has none of this name${didYouMean(name, tasks.map(titleOf))}`,
      hint: 'Its tasks are listed by --list-tasks.',
    },
  ];
}

/** Whether --start-at-task means this one. */
export function isNamed(task: Task, wanted: string): boolean {
  return task.name === wanted || titleOf(task) === wanted;
}

const isOpen = ({ include }: Task): boolean =>
  include !== undefined && include.returns === undefined && fixedInclude(include) === undefined;

const headOf = ({ name, hosts, tags }: Play, index: number): string =>
  `  play #${index + 1} (${hosts.value}): ${name}\tTAGS: [${tags.join(', ')}]\n`;

const titleOf = ({ name, role }: Task): string => (role === undefined ? name : `${role.name} : ${name}`);

const chosen = ({ preTasks, tasks, postTasks }: Play, choice: TagChoice): readonly Task[] =>
  tasksIn([...preTasks, ...tasks, ...postTasks]).filter(({ settings }) => isChosen(settings.tags, choice));
