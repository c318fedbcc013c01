import type { Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import { holds } from '../template/condition.ts';
import type { Variables } from '../template/render.ts';
import { renderValue } from '../template/render.ts';
import type { Task } from './playbook.ts';
import { kindOfValue } from './reading.ts';
import type { HostVariables } from './variables.ts';

/** One turn of a task on one host: the item of its loop, or the only one. */
export interface Turn {
  readonly variables: Variables;
  /** The item as text, when there is a loop. */
  readonly item?: string;
}

export interface Expanded {
  /** Turns that run, in the loop's order. */
  readonly turns: readonly Turn[];
  /** Turns whose `when` did not hold. */
  readonly skipped: readonly Turn[];
}

/** What a task comes to on one host: its loop rolled out, each `when` decided with the item. */
export function expandTask(task: Task, host: HostVariables): Result<Expanded> {
  const items = loopTurns(task, host);
  if (!items.ok) return items;
  const turns: Turn[] = [];
  const skipped: Turn[] = [];
  for (const turn of items.value) {
    const decided =
      task.when === undefined ? ok(true) : holds(task.when.value, task.when.positions, turn.variables);
    if (!decided.ok) return decided;
    (decided.value ? turns : skipped).push(turn);
  }
  return ok({ turns, skipped });
}

function loopTurns(task: Task, host: HostVariables): Result<readonly Turn[]> {
  if (task.loop === undefined) return ok([{ variables: host.of(task) }]);
  const items = renderValue(task.loop.value, task.loop.positions, host.of(task));
  if (!items.ok) return items;
  if (Array.isArray(items.value)) {
    return ok(
      items.value.map((item: unknown) => ({
        variables: host.of(task, item),
        item: typeof item === 'string' ? item : JSON.stringify(item),
      })),
    );
  }
  const at = positionAt(task.loop.positions, []);
  const message = `Cannot loop over ${String(task.loop.value)}: it gives ${kindOfValue(items.value)}; a list is wanted`;
  const hint =
    typeof items.value === 'object' && items.value !== null
      ? 'Use "| dict2items" to loop over a mapping.'
      : undefined;
  return fail({
    code: 'playbook/loop',
    severity: 'error',
    trouble: 'invalid',
    message,
    ...(at && { at }),
    ...(hint !== undefined && { hint }),
  });
}
