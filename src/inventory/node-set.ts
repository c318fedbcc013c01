/**
 * Names folded into a node set, as clush prints them: `pve[1-3,7]`, padded numbers kept apart (`pve[01-03]`), different
 * names after commas. Names are distinct in it, and hold no brackets and commas.
 */
export function foldNodeSet(names: Iterable<string>): string {
  const alike = new Map<string, (readonly string[])[]>();
  for (const name of new Set(names)) {
    const parts = name.split(/(\d{1,15})/u);
    const shape = parts.map((part, index) => (index % 2 === 1 ? '#' : part)).join('\n');
    alike.set(shape, [...(alike.get(shape) ?? []), parts]);
  }
  return [...alike.values()].flatMap(foldAlike).sort(compareNames).join(',');
}

/** Folds names that differ in their numbers only, over the number that leaves the fewest sets (the last of equals). */
function foldAlike(names: readonly (readonly string[])[]): readonly string[] {
  const axes = (names[0] ?? []).map((_, index) => index).filter((index) => index % 2 === 1);
  let best: ReadonlyMap<string, readonly (readonly string[])[]> | undefined;
  let bestAxis = 0;
  for (const axis of axes) {
    const groups = groupBy(names, (parts) => [...parts.slice(0, axis), ...parts.slice(axis + 1)].join('\n'));
    if (best === undefined || groups.size <= best.size) [best, bestAxis] = [groups, axis];
  }
  if (best === undefined) return names.map((parts) => parts.join(''));
  return [...best.values()].map((group) => {
    const before = group[0]?.slice(0, bestAxis).join('') ?? '';
    const after = group[0]?.slice(bestAxis + 1).join('') ?? '';
    const numbers = group.map((parts) => parts[bestAxis] ?? '');
    return before + (numbers.length === 1 ? numbers.join('') : `[${foldNumbers(numbers).join(',')}]`) + after;
  });
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
  const [left, right] = [a.split(/(\d{1,15})/u), b.split(/(\d{1,15})/u)];
  for (const [index, part] of left.entries()) {
    const other = right[index] ?? '';
    if (part === other) continue;
    return (index % 2 === 1 && Number(part) - Number(other)) || (part < other ? -1 : 1);
  }
  return left.length - right.length;
}
