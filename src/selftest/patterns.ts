import type { DiffLine } from '../fanout/line-diff.ts';

/** What may stand in a pattern in place of a text that nobody can know before. */
const placeholders: Readonly<Record<string, string>> = {
  any: '.*',
  number: String.raw`\d+`,
  decimal: String.raw`\d+(?:\.\d+)?`,
  mac: '[0-9A-F]{2}(?::[0-9A-F]{2}){5}',
  uuid: '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
  word: String.raw`[^\s,]+`,
};

/** A pattern that stands for any number of lines; with another one after it, for those that it fits. */
export const ANY_LINES = '{lines}';

/** A line with `{mac}`, `{uuid}`, `{number}`, `{decimal}`, `{word}` or `{any}` in it; all else is as it is. */
export function matches(pattern: string, line: string): boolean {
  return expressionOf(pattern).test(line);
}

const known = new Map<string, RegExp>();

function expressionOf(pattern: string): RegExp {
  const before = known.get(pattern);
  if (before !== undefined) return before;
  const source = pattern
    .split(/(?<placeholder>\{[a-z]+\})/u)
    .map(
      (part) => placeholders[part.slice(1, -1)] ?? part.replaceAll(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`),
    );
  const made = new RegExp(`^${source.join('')}$`, 'u');
  known.set(pattern, made);
  return made;
}

/**
 * Expected lines beside those that were found, "-" expected and not found, "+" found and not expected; undefined when
 * all is as expected. Of all ways to lay them beside each other one with the most equal lines.
 */
export function compareLines(
  expected: readonly string[],
  found: readonly string[],
): readonly DiffLine[] | undefined {
  const lines = align(expected, found);
  return lines.some(({ sign }) => sign !== ' ') ? lines : undefined;
}

function takesAny(pattern: string): boolean {
  return pattern.startsWith(ANY_LINES);
}

/** What a line counts that a pattern of its own is for, and one that "any lines" takes: the former is the better way. */
const [OWN, ANY] = [2, 1];

/** Few lines each: a table of the best way to lay what is left of both beside each other is small. */
function align(expected: readonly string[], found: readonly string[]): readonly DiffLine[] {
  const width = found.length + 1;
  const best = Array.from({ length: (expected.length + 1) * width }, () => 0);
  const at = (x: number, y: number): number => best[x * width + y] ?? 0;
  const taking = (x: number, y: number): number => {
    const [pattern, line] = [expected[x], found[y]];
    if (pattern === undefined || line === undefined) return 0;
    if (!takesAny(pattern)) return matches(pattern, line) ? OWN + at(x + 1, y + 1) : 0;
    const own = pattern.slice(ANY_LINES.length);
    return own === '' || matches(own, line) ? ANY + at(x, y + 1) : 0;
  };
  for (let x = expected.length - 1; x >= 0; x--)
    for (let y = found.length; y >= 0; y--)
      best[x * width + y] = Math.max(at(x + 1, y), y < found.length ? at(x, y + 1) : 0, taking(x, y));
  const lines: DiffLine[] = [];
  let [x, y] = [0, 0];
  while (x < expected.length || y < found.length) {
    const [pattern, line] = [expected[x], found[y]];
    if (line !== undefined && taking(x, y) > 0 && at(x, y) === taking(x, y)) {
      lines.push({ sign: ' ', text: line });
      if (!takesAny(pattern ?? '')) x++;
      y++;
    } else if (pattern !== undefined && at(x, y) === at(x + 1, y)) {
      if (!takesAny(pattern)) lines.push({ sign: '-', text: pattern });
      x++;
    } else {
      lines.push({ sign: '+', text: line ?? '' });
      y++;
    }
  }
  return lines;
}

/** The same where the order means nothing: only what differs. */
export function compareSets(
  expected: readonly string[],
  found: readonly string[],
): readonly DiffLine[] | undefined {
  const left = [...found];
  const missing = expected.filter((pattern) => {
    const at = left.findIndex((line) => matches(pattern, line));
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
  if (missing.length + left.length === 0) return undefined;
  return [
    ...missing.map((text) => ({ sign: '-', text }) as const),
    ...left.map((text) => ({ sign: '+', text }) as const),
  ];
}
