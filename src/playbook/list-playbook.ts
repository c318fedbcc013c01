import type { Diagnostic } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Play, Playbook, Task } from './playbook.ts';
import { fixedInclude, tasksIn } from './playbook.ts';
import { isChosen, type TagChoice } from './tags.ts';

/** The tasks that would be run, play by play, as Ansible lists them; what is included by a template is not known yet. */
export function listTasks({ file, plays }: Playbook, choice: TagChoice): string {
  const blocks = plays.map((play, index) => {
    const tasks = chosen(play, choice).map(
      (task) => `      ${titleOf(task)}\tTAGS: [${task.settings.tags.toSorted().join(', ')}]\n`,
    );
    return `${headOf(play, index)}    tasks:\n${tasks.join('')}`;
  });
  return `\nplaybook: ${file}\n\n${blocks.join('\n')}`;
}

/** The tags of these tasks. */
export function listTags({ file, plays }: Playbook, choice: TagChoice): string {
  const blocks = plays.map((play, index) => {
    const tags = new Set(chosen(play, choice).flatMap(({ settings }) => settings.tags));
    return `${headOf(play, index)}      TASK TAGS: [${[...tags].toSorted().join(', ')}]\n`;
  });
  return `\nplaybook: ${file}\n\n${blocks.join('\n')}`;
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
