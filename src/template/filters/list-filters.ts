import { extract, product, subelements, zipLongest } from '../collection-filters.ts';
import { named, numberOr } from '../filter-arguments.ts';
import type { Filter } from '../filter-values.ts';
import { includes, isMapping, itemsOf, list, mapping, same, text, truthy } from '../filter-values.ts';
import { pythonJson, pythonStr } from '../python-text.ts';

/** Filters of lists. */
export const listFilters: Readonly<Record<string, Filter>> = {
  __attributes: (value, path, options) => list(value).map((item) => attribute(item, text(path), options)),
  join: (value, ...args) => {
    const { d: separator = '', attribute: path } = named(args, ['d', 'attribute']);
    const items = column(value, path).map(pythonStr);
    return items.join(text(separator));
  },
  sum: (value, ...args) => {
    const { attribute: path, start = 0 } = named(args, ['attribute', 'start']);
    const items = column(value, path);
    if (Array.isArray(start))
      return items.reduce<readonly unknown[]>((all, item) => [...all, ...list(item)], start);
    return items.reduce<number>((total, item) => total + numberOr(item, 0), numberOr(start, 0));
  },
  min: (value, ...args) => extreme(value, args, (order) => order < 0),
  max: (value, ...args) => extreme(value, args, (order) => order > 0),
  union: (value, other) => unique([...itemsOf(value), ...itemsOf(other)]),
  difference: (value, other) => unique(itemsOf(value)).filter((item) => !includes(itemsOf(other), item)),
  intersect: (value, other) => unique(itemsOf(value)).filter((item) => includes(itemsOf(other), item)),
  symmetric_difference: (value, other) =>
    unique([...itemsOf(value), ...itemsOf(other)]).filter(
      (item) => includes(itemsOf(value), item) !== includes(itemsOf(other), item),
    ),
  flatten: (value, ...args) => {
    const { levels, skip_nulls: skips = true } = named(args, ['levels', 'skip_nulls']);
    return flatten(itemsOf(value), numberOr(levels, Infinity), truthy(skips));
  },
  zip: (value, ...others) => {
    const lists = [value, ...others].map(itemsOf);
    return Array.from({ length: Math.min(...lists.map((one) => one.length)) }, (_, index) =>
      lists.map((one) => one[index]),
    );
  },
  zip_longest: (value, ...others) => {
    const { option: fill, lists } = withOption([value, ...others], 'fillvalue');
    return zipLongest(lists, fill ?? null);
  },
  product: (value, ...others) => {
    const { option: repeat = 1, lists } = withOption([value, ...others], 'repeat');
    return product(Array.from({ length: numberOr(repeat, 1) }, () => lists).flat());
  },
  permutations: (value, ...args) => {
    const items = itemsOf(value);
    return choices(items, numberOr(named(args, ['r'])['r'], items.length), 'in any order');
  },
  combinations: (value, ...args) =>
    choices(itemsOf(value), numberOr(named(args, ['r'])['r'], NaN), 'in their order'),
  subelements: (value, ...args) => {
    const { subelements: path, skip_missing: skips } = named(args, ['subelements', 'skip_missing']);
    return subelements(
      Array.isArray(value) ? value : Object.values(mapping(value)),
      Array.isArray(path) ? path.join('.') : text(path),
      truthy(skips),
    );
  },
  extract: (value, ...args) => {
    const { container, morekeys: more = [] } = named(args, ['container', 'morekeys']);
    const keys = [value, ...(Array.isArray(more) ? (more as readonly unknown[]) : [more])].map((key) =>
      typeof key === 'number' ? key : text(key),
    );
    const found = extract(keys, container);
    if (found === undefined) throw new Error(`there is no "${keys.join('.')}" in it`);
    return found;
  },
};

/** `map(attribute="a.b")`, with its `default=` where an item has none. */
function attribute(item: unknown, path: string, options: unknown): unknown {
  let found: unknown = item;
  for (const key of path.split('.')) {
    const within: Readonly<Record<string, unknown>> =
      typeof found === 'object' && found !== null ? { ...found } : {};
    if (!Object.hasOwn(within, key)) {
      if (typeof options === 'object' && options !== null && 'default' in options) return options.default;
      throw new Error(`an item has no "${path}": ${pythonJson(item)}`);
    }
    found = within[key];
  }
  return found;
}

/** The items, or with a path that attribute of each. */
function column(value: unknown, path: unknown): readonly unknown[] {
  const items = itemsOf(value);
  return path === undefined || path === null ? items : items.map((item) => attribute(item, text(path), {}));
}

function extreme(value: unknown, args: readonly unknown[], isBetter: (order: number) => boolean): unknown {
  const { case_sensitive: sensitive, attribute: path } = named(args, ['case_sensitive', 'attribute']);
  const items = itemsOf(value);
  if (items.length === 0) throw new Error('wants at least one item');
  const keys = column(value, path).map((key) =>
    typeof key === 'string' && !truthy(sensitive) ? key.toLowerCase() : key,
  );
  let best = 0;
  for (const [index, key] of keys.entries()) if (isBetter(compare(key, keys[best]))) best = index;
  return items[best];
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : Number(a > b);
  return numberOr(a, NaN) - numberOr(b, NaN);
}

/** Python takes the words for null here for it. */
const NULLS: readonly unknown[] = [null, undefined, 'None', 'null'];

function flatten(items: readonly unknown[], levels: number, skipsNulls: boolean): readonly unknown[] {
  return items.flatMap((item) => {
    if (skipsNulls && NULLS.includes(item)) return [];
    return Array.isArray(item) && levels >= 1 ? flatten(item, levels - 1, skipsNulls) : [item];
  });
}

/** Lists, and the keyword argument behind them. */
function withOption(
  values: readonly unknown[],
  name: string,
): { readonly option: unknown; readonly lists: readonly (readonly unknown[])[] } {
  const last = values.at(-1);
  const options = isMapping(last) ? last : {};
  const isNamed = values.length > 1 && Object.keys(options).length === 1 && name in options;
  return {
    option: isNamed ? options[name] : undefined,
    lists: (isNamed ? values.slice(0, -1) : values).map(itemsOf),
  };
}

/** All ways to choose so many of the items, one after the other as Python gives them. */
function choices(
  items: readonly unknown[],
  size: number,
  how: 'in any order' | 'in their order',
): readonly (readonly unknown[])[] {
  const grown = (chosen: readonly number[]): readonly (readonly number[])[] => {
    if (chosen.length === size) return [chosen];
    const last = how === 'in their order' ? (chosen.at(-1) ?? -1) : -1;
    const places = [...items.keys()].filter((place) => place > last && !chosen.includes(place));
    return places.flatMap((place) => grown([...chosen, place]));
  };
  if (size > items.length) return [];
  return grown([]).map((places) => places.map((place) => items[place]));
}

const unique = (items: readonly unknown[]): readonly unknown[] =>
  items.filter((item, index) => items.findIndex((one) => same(one, item)) === index);
