import type { Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import { holds } from '../template/condition.ts';
import type { Variables } from '../template/render.ts';
import { Verbatim, renderValue } from '../template/render.ts';
import type { Loop, Task } from './playbook.ts';
import { kindOfValue } from './reading.ts';
import type { HostVariables } from './variables.ts';
import { withItems } from './with-items.ts';

/** One turn of a task on one host: the item of its loop, or the only one. */
export interface Turn {
  readonly variables: Variables;
  /** What is shown for the item, when there is a loop. */
  readonly item?: string;
  /** Item and index of the loop, by their variables' names. */
  readonly own: Variables;
  /** Its `when` holds. */
  readonly isOn: boolean;
}

/** What a task comes to on one host: its loop rolled out, each `when` decided with the item. */
export function expandTask(task: Task, host: HostVariables): Result<readonly Turn[]> {
  const { loop } = task;
  if (loop === undefined) {
    const variables = host.of(task);
    const isOn = holdsAll(task, variables);
    return isOn.ok ? ok([{ variables, own: {}, isOn: isOn.value }]) : isOn;
  }
  // As in Ansible, a condition that needs no item may skip a task whose list is not there.
  const items = loopItems({ ...task, loop }, host.of(task));
  if (!items.ok) {
    const isOn = holdsAll(task, host.of(task));
    return isOn.ok && !isOn.value ? ok([{ variables: host.of(task), own: {}, isOn: false }]) : items;
  }
  const turns: Turn[] = [];
  for (const [index, item] of items.value.entries()) {
    const turn = turnOf(task, loop, host, item, ownOf(loop, items.value, index));
    if (!turn.ok) return turn;
    turns.push(turn.value);
  }
  return ok(turns);
}

/** A turn that is decided when it is taken: turns before it may have learnt what its conditions ask for. */
export interface TurnToCome {
  /** As far as can be told now, it is not skipped. */
  readonly mayRun: boolean;
  readonly take: () => Result<Turn>;
}

/** The turns of a task on one host, one after the other. */
export function turnsToCome(task: Task, host: HostVariables): Result<readonly TurnToCome[]> {
  const { loop } = task;
  const items = loop && loopItems({ ...task, loop }, host.of(task));
  if (loop === undefined || items?.ok !== true) {
    const turns = expandTask(task, host);
    return turns.ok ? ok(turns.value.map((turn) => ({ mayRun: turn.isOn, take: () => ok(turn) }))) : turns;
  }
  return ok(
    items.value.map((item, index) => {
      const take = (): Result<Turn> => turnOf(task, loop, host, item, ownOf(loop, items.value, index));
      const now = take();
      return { mayRun: !now.ok || now.value.isOn, take };
    }),
  );
}

/** Item and index of a turn, by their variables' names. */
function ownOf({ itemName, indexName, extended }: Loop, items: readonly unknown[], index: number): Variables {
  return {
    [itemName]: new Verbatim(items[index]),
    ansible_loop_var: itemName,
    ...(indexName !== undefined && { [indexName]: index, ansible_index_var: indexName }),
    ...(extended && { ansible_loop: new Verbatim(loopAt(items, index, extended)) }),
  };
}

/** What `ansible_loop` says of a turn. */
function loopAt(items: readonly unknown[], index: number, extended: Loop['extended']): Variables {
  const { length } = items;
  return {
    ...(extended === 'with all items' && { allitems: items }),
    index: index + 1,
    index0: index,
    first: index === 0,
    last: index + 1 === length,
    length,
    revindex: length - index,
    revindex0: length - index - 1,
    ...(index > 0 && { previtem: items[index - 1] }),
    ...(index + 1 < length && { nextitem: items[index + 1] }),
  };
}

function turnOf(task: Task, loop: Loop, host: HostVariables, item: unknown, own: Variables): Result<Turn> {
  const variables = host.of(task, own);
  const isOn = holdsAll(task, variables);
  if (!isOn.ok) return isOn;
  const label = loop.label && renderValue(loop.label.value, loop.label.positions, variables);
  if (label?.ok === false) return label;
  return ok({ variables, own, isOn: isOn.value, item: shown(label === undefined ? item : label.value) });
}

/** A turn of a task that is not reached yet. */
export interface ForeseenTurn extends Pick<Turn, 'variables' | 'own'> {
  /** Its `when` holds; otherwise that can't be known yet. */
  readonly isSure: boolean;
}

/** The turns that a task may come to, as far as that can be known before it is reached; none of a loop whose list can't. */
export function foreseeTurns(task: Task, host: HostVariables): readonly ForeseenTurn[] {
  const { loop } = task;
  if (loop === undefined) return foreseeTurn(task, host, {});
  const items = loopItems({ ...task, loop }, host.of(task));
  if (!items.ok) return [];
  return items.value.flatMap((_, index) => foreseeTurn(task, host, ownOf(loop, items.value, index)));
}

function foreseeTurn(task: Task, host: HostVariables, own: Variables): readonly ForeseenTurn[] {
  const variables = host.of(task, own);
  const held = task.settings.when.map(({ value, positions }) => holds(value, positions, variables));
  if (held.some((each) => each.ok && !each.value)) return [];
  return [{ variables, own, isSure: held.every((each) => each.ok) }];
}

const shown = (item: unknown): string => (typeof item === 'string' ? item : JSON.stringify(item));

interface LoopingTask extends Pick<Task, 'module'> {
  readonly loop: Loop;
}

/** Whether all its conditions hold. */
export function holdsAll({ settings }: Task, variables: Variables): Result<boolean> {
  for (const { value, positions } of settings.when) {
    const held = holds(value, positions, variables);
    if (!held.ok || !held.value) return held;
  }
  return ok(true);
}

function loopItems({ loop, module }: LoopingTask, variables: Variables): Result<readonly unknown[]> {
  const { items: written, lookup } = loop;
  if (lookup !== undefined) return withItems(lookup, written, module, variables);
  const items = renderValue(written.value, written.positions, variables);
  if (!items.ok) return items;
  if (Array.isArray(items.value)) return ok(items.value);
  const at = positionAt(written.positions, []);
  const message = `Cannot loop over ${String(written.value)}: it gives ${kindOfValue(items.value)}; a list is wanted`;
  const hint = /\blookup *\(/u.test(String(written.value))
    ? 'Use "query(…)", which always gives a list.'
    : typeof items.value === 'object' && items.value !== null
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
