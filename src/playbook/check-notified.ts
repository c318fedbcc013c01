import type { Diagnostic } from '../diagnostic.ts';
import { positionAt } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Play } from './playbook.ts';
import { fixedInclude, tasksIn } from './playbook.ts';

/** Complains of handlers that are notified and that nobody defines. What is included by a template may define them yet. */
export function checkNotified(play: Play): readonly Diagnostic[] {
  const entries = [...play.preTasks, ...play.tasks, ...play.postTasks];
  const tasks = tasksIn(entries);
  const included = tasks.flatMap(({ include }) =>
    include === undefined || include.returns ? [] : [fixedInclude(include)],
  );
  if (included.includes(undefined)) return [];
  const handlers = [...play.handlers, ...included.flatMap((each) => each?.handlers ?? [])];
  const known = new Set(
    handlers.flatMap(({ name, listen, role }) => [
      name,
      ...listen,
      ...(role ? [`${role.name} : ${name}`] : []),
    ]),
  );
  if ([...known].some(isTemplate)) return [];
  return [...tasks, ...handlers].flatMap((task) =>
    task.settings.notify.flatMap(({ value, positions }): readonly Diagnostic[] => {
      if (known.has(value) || isTemplate(value)) return [];
      const at = positionAt(positions, []);
      return [
        {
          code: 'playbook/unknown-handler',
          severity: 'error',
          trouble: 'invalid',
          message: `Cannot notify "${value}": no handler of this play has that name or listens to it${didYouMean(value, [...known])}`,
          ...(at && { at }),
        },
      ];
    }),
  );
}

const isTemplate = (text: string): boolean => /\{[{%]/u.test(text);
