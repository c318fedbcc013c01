/** Ansible's filters that make lists of lists. What they get was checked by who calls them. */

type Items = readonly unknown[];

/** Each item with each item of the other lists. */
export function product(lists: readonly Items[]): readonly Items[] {
  return lists.reduce<readonly Items[]>(
    (rows, items) => rows.flatMap((row) => items.map((item) => [...row, item])),
    [[]],
  );
}

/** The items at the same places of all lists, the longest one deciding; `fill` where one has ended. */
export function zipLongest(lists: readonly Items[], fill: unknown): readonly Items[] {
  const length = Math.max(0, ...lists.map((items) => items.length));
  return Array.from({ length }, (_, index) =>
    lists.map((items) => (index < items.length ? items[index] : fill)),
  );
}

/** Each item with each element of the list that it has under `path` ("a.b"); one without such a list is an error unless it is skipped. */
export function subelements(items: Items, path: string, skipsMissing: boolean): readonly Items[] {
  return items.flatMap((item) => {
    const found = extract(path.split('.'), item);
    if (Array.isArray(found)) return found.map((element: unknown) => [item, element]);
    if (found === undefined && skipsMissing) return [];
    throw new Error(
      found === undefined ? `an item has no "${path}"` : `"${path}" of an item is no list; a list is wanted`,
    );
  });
}

/** What is under these keys, one below the other; undefined when there is nothing. */
export function extract(keys: readonly (string | number)[], from: unknown): unknown {
  return keys.reduce<unknown>((within, key) => {
    if (typeof within !== 'object' || within === null || !Object.hasOwn(within, key)) return undefined;
    return (within as Readonly<Record<string | number, unknown>>)[key];
  }, from);
}
