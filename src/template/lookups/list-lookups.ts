import { zipLongest } from '../collection-filters.ts';
import { isMapping, mapping, truthy } from '../filter-values.ts';
import type { Lookup } from './lookup.ts';
import { asList, flattenOnce } from './lookup.ts';

/** Lookups that make lists of lists and mappings. */
export const listLookups: Readonly<Record<string, Lookup>> = {
  dict: {
    options: [],
    find: ({ terms }) =>
      terms.flatMap((term) => {
        if (!isMapping(term)) throw new Error('wants mappings');
        return Object.entries(term).map(([key, value]) => ({ key, value }));
      }),
  },
  items: { options: [], find: ({ terms }) => flattenOnce(terms) },
  list: { options: [], find: ({ terms }) => terms },
  indexed_items: {
    options: [],
    find: ({ terms }) => flattenOnce(terms).map((item, index) => [index, item]),
  },
  flattened: { options: [], find: ({ terms }) => terms.flat(Infinity) },
  nested: {
    options: [],
    find: ({ terms }) => {
      const [first, ...others] = terms.map(asList);
      if (first === undefined) throw new Error('wants at least one list');
      return others
        .reduce<readonly unknown[]>(
          (rows, items) => rows.flatMap((row) => items.map((item) => flattenOnce([row, item]))),
          first,
        )
        .map((row) => flattenOnce(asList(row)));
    },
  },
  together: {
    options: [],
    find: ({ terms }) => {
      if (terms.length === 0) throw new Error('wants at least one list');
      return zipLongest(terms.map(asList), null).map(flattenOnce);
    },
  },
  subelements: { options: [], find: ({ terms }) => subelements(terms) },
  random_choice: {
    options: [],
    find: ({ terms }, { controller }) => (terms.length === 0 ? [] : [terms[controller.random(terms.length)]]),
  },
};

/** Each item with each element of the list under a key of it; the item without that list. */
function subelements([from, key, flags, ...others]: readonly unknown[]): readonly unknown[] {
  if (typeof key !== 'string' || typeof from !== 'object' || from === null || others.length > 0)
    throw new Error('wants a list or mapping, the key of a list in each item, and flags if need be');
  if (!Array.isArray(from) && truthy(mapping(from)['skipped'])) return [];
  const skipsMissing = isMapping(flags) && isYes(flags['skip_missing']);
  const items: readonly unknown[] = Array.isArray(from) ? from : Object.values(from);
  return items.flatMap((item) => {
    if (!isMapping(item)) throw new Error(`wants mappings, not ${JSON.stringify(item)}`);
    if (truthy(item['skipped'])) return [];
    const elements = listUnder(item, key.split('.'), skipsMissing);
    return elements.map((element) => [without(item, key.split('.')), element]);
  });
}

const isYes = (value: unknown): boolean =>
  value === true || value === 1 || ['yes', 'true', 'on', 'y', 't', '1'].includes(String(value).toLowerCase());

function listUnder(
  item: Readonly<Record<string, unknown>>,
  [key = '', ...deeper]: readonly string[],
  skipsMissing: boolean,
): readonly unknown[] {
  const found = item[key];
  if (found === undefined && skipsMissing) return [];
  if (found === undefined) throw new Error(`an item has no "${key}": ${JSON.stringify(item)}`);
  if (deeper.length === 0) {
    if (Array.isArray(found)) return found;
    throw new Error(`"${key}" of an item is no list: ${JSON.stringify(found)}`);
  }
  if (isMapping(found)) return listUnder(found, deeper, skipsMissing);
  if (skipsMissing) return [];
  throw new Error(`"${key}" of an item is no mapping: ${JSON.stringify(found)}`);
}

function without(
  item: Readonly<Record<string, unknown>>,
  [key = '', ...deeper]: readonly string[],
): Readonly<Record<string, unknown>> {
  if (deeper.length > 0) return { ...item, [key]: without(mapping(item[key]), deeper) };
  return Object.fromEntries(Object.entries(item).filter(([name]) => name !== key));
}
