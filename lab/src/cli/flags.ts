/** A command's flags: each takes a value or none; all may be repeated. */
export interface FlagTable {
  readonly valued: readonly string[];
  readonly plain: readonly string[];
}

export interface Flags {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly words: readonly string[];
  /** What stood after `--`; undefined without it. */
  readonly rest: readonly string[] | undefined;
}

/** A mistake in the command line: printed as it is, exit 1. */
export class UsageError extends Error {}

/** Reads `--flag value`, `--flag=value`, words and what follows `--`. Throws UsageError. */
export function parseFlags(argv: readonly string[], table: FlagTable): Flags {
  const values = new Map<string, string[]>();
  const words: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--') return { values, words, rest: argv.slice(at + 1) };
    if (!word.startsWith('-') || word === '-') {
      words.push(word);
      continue;
    }
    const [flag, joined] = splitOnce(word);
    const name = flag.replace(/^--/, '');
    const hasValue = table.valued.includes(name);
    if (!flag.startsWith('--') || (!hasValue && !table.plain.includes(name)))
      throw new UsageError(unknownFlag(flag, table));
    if (!hasValue && joined !== undefined) throw new UsageError(`The flag ${flag} takes no value.`);
    if (hasValue && joined === undefined) at += 1;
    const value = hasValue ? (joined ?? argv[at]) : '';
    if (value === undefined) throw new UsageError(`The flag ${flag} needs a value.`);
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return { values, words, rest: undefined };
}

/** A word with the nearest of some others to it. */
export function withNearest(message: string, word: string, others: readonly string[]): string {
  const [best] = [...others]
    .map((other) => ({ other, far: distance(word, other) }))
    .sort((a, b) => a.far - b.far);
  return best === undefined || best.far > Math.max(2, word.length / 3)
    ? message
    : `${message} Did you mean ${best.other}?`;
}

function unknownFlag(flag: string, table: FlagTable): string {
  return withNearest(
    `There is no flag ${flag}.`,
    flag,
    [...table.valued, ...table.plain].map((name) => `--${name}`),
  );
}

function splitOnce(word: string): [string, string | undefined] {
  const at = word.indexOf('=');
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
