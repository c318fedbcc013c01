import type { Diagnostic, Positions, Result } from '../diagnostic.ts';
import { ok, positionAt } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Variables } from '../template/render.ts';
import { Verbatim, renderValue } from '../template/render.ts';
import { holdsMarks } from '../template/tokens.ts';
import type { Task, Written } from './playbook.ts';
import type { BatchHost, PlayRun } from './run-state.ts';
import type { TurnResult } from './run-turn.ts';

/**
 * Notes that a task has changed something on a host: the handlers that it notifies run there when they are flushed.
 * Gives what it notifies and nobody defines.
 */
export function notify(
  play: PlayRun,
  task: Task,
  host: BatchHost,
  turns: readonly Pick<TurnResult, 'record'>[],
): readonly Diagnostic[] {
  return task.settings.notify.flatMap((written) => {
    const names = namesIn(written, task, host, turns);
    if (!names.ok) return names.diagnostics;
    return names.value.flatMap((name): readonly Diagnostic[] => {
      const meant = handlersFor(play.handlers, name, (handler) => nameFor(handler, host.variables));
      for (const handler of meant)
        play.notified.set(handler, (play.notified.get(handler) ?? new Set()).add(host.place.host));
      return meant.length > 0 ? [] : [unknownHandler(play.handlers, name, written.positions)];
    });
  });
}

/** A template may give a list; and with the item of a loop another name for each turn that ran. */
function namesIn(
  { value, positions }: Written<string>,
  task: Task,
  { variables }: BatchHost,
  turns: readonly Pick<TurnResult, 'record'>[],
): Result<readonly string[]> {
  const ran = turns.filter(({ record }) => record['skipped'] !== true);
  const owns =
    task.loop === undefined || !holdsMarks(value) ? [{}] : ran.map(({ record }) => itemIn(task, record));
  const names = new Set<string>();
  for (const own of owns) {
    const rendered = renderValue(value, positions, variables.of(task, own));
    if (!rendered.ok) return rendered;
    const given: readonly unknown[] = Array.isArray(rendered.value) ? rendered.value : [rendered.value];
    for (const name of given) names.add(String(name));
  }
  return ok([...names]);
}

/** Item and index of a loop, as a turn's record has them. */
function itemIn({ loop }: Task, record: Variables): Variables {
  const names = [loop?.itemName, loop?.indexName, 'ansible_loop'].flatMap((name) => name ?? []);
  return Object.fromEntries(
    names.flatMap((name) => (name in record ? [[name, new Verbatim(record[name])]] : [])),
  );
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
