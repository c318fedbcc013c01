import { named } from '../filter-arguments.ts';
import type { Filter } from '../filter-values.ts';
import { includes, isMapping, list, mapping, same, text, truthy } from '../filter-values.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** Filters of mappings. */
export const mappingFilters: Readonly<Record<string, Filter>> = {
  __items: (value) => Object.entries(mapping(value)),
  __keys: (value) => Object.keys(mapping(value)),
  __values: (value) => Object.values(mapping(value)),
  __get: (value, key, otherwise = null) => {
    const from = mapping(value);
    return Object.hasOwn(from, text(key)) ? from[text(key)] : otherwise;
  },
  items: (value) => Object.entries(mapping(value)),
  combine: (value, ...args) => {
    const last = args.at(-1);
    const options = isMapping(last) && isCombineOptions(last) ? last : undefined;
    const all = [value, ...(options === undefined ? args : args.slice(0, -1))]
      .flat()
      .filter((one) => one !== null);
    const { recursive, list_merge: merge = 'replace' } = options ?? {};
    const lists = LIST_MERGES[text(merge)];
    if (lists === undefined)
      throw new Error(
        `knows no list_merge "${text(merge)}"; ${Object.keys(LIST_MERGES).join(', ')} are there`,
      );
    const [first = {}, ...others] = all.map(mapping);
    return others.reduce<Mapping>(
      (below, above) => merged(below, above, { recursive: truthy(recursive), lists }),
      first,
    );
  },
  dict2items: (value, ...args) => {
    const { key_name: key = 'key', value_name: item = 'value' } = named(args, ['key_name', 'value_name']);
    return Object.entries(mapping(value)).map((entry) => ({ [text(key)]: entry[0], [text(item)]: entry[1] }));
  },
  items2dict: (value, ...args) => {
    const { key_name = 'key', value_name = 'value' } = named(args, ['key_name', 'value_name']);
    const [key, item] = [text(key_name), text(value_name)];
    return Object.fromEntries(
      list(value).map((each) => {
        const entry = mapping(each);
        if (!(key in entry && item in entry))
          throw new Error(`an item has no "${key in entry ? item : key}"`);
        return [text(entry[key]), entry[item]];
      }),
    );
  },
  dictsort: (value, ...args) => {
    const {
      case_sensitive: sensitive,
      by = 'key',
      reverse,
    } = named(args, ['case_sensitive', 'by', 'reverse']);
    const place = by === 'value' ? 1 : 0;
    const key = (entry: readonly unknown[]): unknown => {
      const one = entry[place];
      return typeof one === 'string' && !truthy(sensitive) ? one.toLowerCase() : one;
    };
    const order = Object.entries(mapping(value)).toSorted((a, b) => compare(key(a), key(b)));
    return truthy(reverse) ? order.toReversed() : order;
  },
  rekey_on_member: (value, ...args) => {
    const { key: member, duplicates = 'error' } = named(args, ['key', 'duplicates']);
    const items = isMapping(value) ? Object.values(value) : list(value);
    const made: Record<string, unknown> = {};
    for (const item of items) {
      const key = text(mapping(item)[text(member)] ?? missing(text(member)));
      if (key in made && duplicates !== 'overwrite') throw new Error(`"${key}" is there twice`);
      made[key] = item;
    }
    return made;
  },
};

function missing(member: string): never {
  throw new Error(`an item has no "${member}"`);
}

const compare = (a: unknown, b: unknown): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : text(a) < text(b) ? -1 : Number(text(a) > text(b));

const isCombineOptions = (options: Mapping): boolean =>
  Object.keys(options).length > 0 &&
  Object.keys(options).every((key) => key === 'recursive' || key === 'list_merge');

type Merge = (below: readonly unknown[], above: readonly unknown[]) => readonly unknown[];

const without = (items: readonly unknown[], others: readonly unknown[]): readonly unknown[] =>
  items.filter((item) => !includes(others, item));

/** What becomes of two lists of the same key. */
const LIST_MERGES: Readonly<Record<string, Merge>> = {
  replace: (_, above) => above,
  keep: (below) => below,
  append: (below, above) => [...below, ...above],
  prepend: (below, above) => [...above, ...below],
  append_rp: (below, above) => [...without(below, above), ...above],
  prepend_rp: (below, above) => [...above, ...without(below, above)],
};

function merged(
  below: Mapping,
  above: Mapping,
  how: { readonly recursive: boolean; readonly lists: Merge },
): Mapping {
  if (same(below, above)) return above;
  const all: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const before = all[key];
    if (how.recursive && isMapping(before) && isMapping(value)) all[key] = merged(before, value, how);
    else all[key] = Array.isArray(before) && Array.isArray(value) ? how.lists(before, value) : value;
  }
  return all;
}
