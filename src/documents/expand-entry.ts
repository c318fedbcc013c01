import type { Variables } from '../template/render.ts';
import type { GuestKind } from './read-guest.ts';
import type { Path, Reading } from './reading.ts';
import { complain, describe, isMapping } from './reading.ts';
import type { Templates } from './templates.ts';

/** One guest of an entry: what it says, its templates rendered, and the reading in which it is complained of. */
export interface Turn {
  readonly guest: unknown;
  readonly reading: Reading;
}

/** No fleet is larger, and a number with too many digits would not come to an end. */
const MOST = 10_000;

/**
 * The guests that an entry of "vms" or "containers" stands for: one, or with `count: N` N of them, with `for_each` one
 * for each item of a list or entry of a mapping. Templates know `index`, counted from 0, and with `for_each` `item`:
 * of a list the item, of a mapping its `item.key` and `item.value`.
 */
export function expandEntry(
  kind: GuestKind,
  entry: unknown,
  path: Path,
  templates: Templates,
  reading: Reading,
): readonly Turn[] {
  if (!isMapping(entry)) return [{ guest: entry, reading }];
  const { count, for_each: each, ...guest } = entry;
  const turns = turnsOf(kind, { count, each }, path, templates, reading);
  return turns.flatMap(({ variables, element }): readonly Turn[] => {
    const own = element === undefined ? reading : { ...reading, element };
    const rendered = templates.render(guest, path, variables, own);
    return rendered === undefined ? [] : [{ guest: rendered, reading: own }];
  });
}

interface TurnVariables {
  readonly variables: Variables;
  readonly element?: string;
}

function turnsOf(
  kind: GuestKind,
  { count, each }: { readonly count: unknown; readonly each: unknown },
  path: Path,
  templates: Templates,
  reading: Reading,
): readonly TurnVariables[] {
  const wrong = (key: string, what: string): readonly TurnVariables[] => {
    complain(reading, [...path, key], 'count', `Cannot read "${key}" of this ${kind}: ${what}`);
    return [];
  };
  if (count !== undefined && each !== undefined)
    return wrong('count', '"for_each" says how many there are, too; one of them is wanted');
  if (count !== undefined) {
    const value = templates.render(count, [...path, 'count'], {}, reading);
    if (value === undefined) return [];
    const number = typeof value === 'string' && /^\d+$/u.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > MOST)
      return wrong('count', `it is ${describe(value)}; a number from 0 to ${MOST} is wanted`);
    return Array.from({ length: number }, (_, index) => ({
      variables: { index },
      element: `count index ${index}`,
    }));
  }
  if (each === undefined) return [{ variables: {} }];
  const value = templates.render(each, [...path, 'for_each'], {}, reading);
  if (value === undefined) return [];
  if (Array.isArray(value))
    return value.map((item: unknown, index) => ({
      variables: { index, item },
      element: `for_each ${typeof item === 'object' ? `index ${index}` : `item ${JSON.stringify(item)}`}`,
    }));
  if (isMapping(value))
    return Object.entries(value).map(([key, inside], index) => ({
      variables: { index, item: { key, value: inside } },
      element: `for_each key ${JSON.stringify(key)}`,
    }));
  return wrong('for_each', `it is ${describe(value)}; a list or a mapping is wanted`);
}
