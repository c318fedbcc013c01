import type { Diagnostic, Positions } from '../diagnostic.ts';
import { positionAt } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Variables } from '../template/render.ts';
import { renderValue } from '../template/render.ts';
import type { Task } from './playbook.ts';
import type { BatchHost, PlayRun } from './run-state.ts';

/**
 * Notes that a task has changed something on a host: the handlers that it notifies run there when they are flushed.
 * Gives what it notifies and nobody defines.
 */
export function notify(
  play: PlayRun,
  { settings }: Task,
  { place, variables }: BatchHost,
  own: Variables,
): readonly Diagnostic[] {
  const wrong: Diagnostic[] = [];
  for (const { value, positions } of settings.notify) {
    const name = renderValue(value, positions, own);
    if (!name.ok) {
      wrong.push(...name.diagnostics);
      continue;
    }
    const names: readonly unknown[] = Array.isArray(name.value) ? name.value : [name.value];
    for (const each of names) {
      const meant = handlersFor(play.handlers, String(each), (handler) => nameFor(handler, variables));
      for (const handler of meant)
        play.notified.set(handler, (play.notified.get(handler) ?? new Set()).add(place.host));
      if (meant.length === 0) wrong.push(unknownHandler(play.handlers, String(each), positions));
    }
  }
  return wrong;
}

function unknownHandler(handlers: readonly Task[], name: string, positions: Positions): Diagnostic {
  const at = positionAt(positions, []);
  const known = handlers.flatMap((handler) => [handler.name, ...handler.listen]);
  return {
    code: 'playbook/unknown-handler',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot notify "${name}": no handler of this play has that name or listens to it${didYouMean(name, known)}`,
    ...(at && { at }),
  };
}

/** Of handlers with one name the last counts, as in Ansible; of those that listen, all. */
function handlersFor(
  handlers: readonly Task[],
  wanted: string,
  nameOf: (handler: Task) => string,
): readonly Task[] {
  const named = handlers.findLast((handler) => {
    const name = nameOf(handler);
    return name === wanted || (handler.role !== undefined && `${handler.role.name} : ${name}` === wanted);
  });
  const listening = handlers.filter(({ listen }) => listen.includes(wanted));
  return [...new Set([...(named === undefined ? [] : [named]), ...listening])];
}

function nameFor(handler: Task, variables: BatchHost['variables']): string {
  if (!/\{[{%]/u.test(handler.name)) return handler.name;
  const name = renderValue(handler.name, {}, variables.of(handler));
  return name.ok ? String(name.value) : handler.name;
}
