/**
 * Names folded into a node set, as clush prints them: `pve[1-3,7]`, padded numbers kept apart (`pve[01-03]`), different
 * names after commas. Names are distinct in it, and hold no brackets and commas.
 */
export function foldNodeSet(names: Iterable<string>): string {
  const sorted = [...new Set(names)].sort(compareNames);
  const order = new Map(sorted.map((name, index) => [name, index]));
  const alike = groupBy(sorted.map(partsOf), (parts) =>
    parts.map((part, index) => (index % 2 === 1 ? '#' : part)).join('\n'),
  );
  const sets = [...alike.values()].flatMap(foldAlike);
  return sets
    .sort((a, b) => (order.get(a.first) ?? 0) - (order.get(b.first) ?? 0))
    .map(({ text }) => text)
    .join(',');
}

/** A name's text, number, text, number, ..., text. */
type Parts = readonly string[];

function partsOf(name: string): Parts {
  return name.split(/(\d{1,15})/u);
}

interface Folded {
  /** The first of its names. */
  readonly first: string;
  readonly text: string;
}

/** Folds sorted names that differ in their numbers only, over the number that leaves the fewest sets (the last of equals). */
function foldAlike(names: readonly Parts[]): readonly Folded[] {
  const foldings = (names[0] ?? [])
    .map((_, axis) => axis)
    .filter((axis) => axis % 2 === 1)
    .map((axis) => ({ axis, groups: groupBy(names, (parts) => parts.toSpliced(axis, 1).join('\n')) }))
    .sort((a, b) => a.groups.size - b.groups.size || b.axis - a.axis);
  const [best] = foldings;
  if (best === undefined) return names.map((parts) => ({ first: parts.join(''), text: parts.join('') }));
  return [...best.groups.values()].map((group) => foldOver(best.axis, group));
}

/** Folds names that differ in one part only. */
function foldOver(axis: number, names: readonly Parts[]): Folded {
  const [parts = []] = names;
  const first = parts.join('');
  if (names.length === 1) return { first, text: first };
  const numbers = foldNumbers(names.map((name) => name[axis] ?? ''));
  return { first, text: parts.with(axis, `[${numbers.join(',')}]`).join('') };
}

/** Runs of numbers: ["1-3", "7"]. A number is in a run of padded ones when it has their length. */
function foldNumbers(numbers: readonly string[]): readonly string[] {
  const paddedLengths = new Set(
    numbers.filter((number) => /^0./u.test(number)).map((number) => number.length),
  );
  const width = (number: string): number => (paddedLengths.has(number.length) ? number.length : 0);
  const sorted = [...numbers].sort((a, b) => width(a) - width(b) || Number(a) - Number(b));
  const runs: { readonly first: string; last: string }[] = [];
  for (const number of sorted) {
    const run = runs.at(-1);
    if (run !== undefined && width(run.last) === width(number) && Number(number) === Number(run.last) + 1)
      run.last = number;
    else runs.push({ first: number, last: number });
  }
  return runs.map(({ first, last }) => (first === last ? first : `${first}-${last}`));
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** Numbers by value, all else by code unit, so that pve2 comes before pve10 everywhere. */
function compareNames(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (const [index, part] of left.entries()) {
    const other = right[index] ?? '';
    if (part === other) continue;
    return (index % 2 === 1 && Number(part) - Number(other)) || (part < other ? -1 : 1);
  }
  return left.length - right.length;
}
