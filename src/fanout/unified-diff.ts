import type { DiffLine } from './line-diff.ts';
import { diffLines } from './line-diff.ts';

/** Equal lines that are shown around a difference. */
const context = 3;

/** The difference of two texts as hunks of a unified diff, "@@ -1,3 +1,4 @@" before each; nothing for equal texts. */
export function unifiedDiff(before: string, after: string): readonly string[] {
  const lines = diffLines(linesOf(before), linesOf(after));
  const numbered = number(lines);
  return hunksOf(lines).flatMap(([start, end]) => {
    const hunk = lines.slice(start, end);
    const [old, fresh] = numbered[start] ?? [1, 1];
    const oldLength = hunk.filter(({ sign }) => sign !== '+').length;
    const freshLength = hunk.filter(({ sign }) => sign !== '-').length;
    return [
      `@@ -${range(old, oldLength)} +${range(fresh, freshLength)} @@`,
      ...hunk.map(({ sign, text }) => `${sign}${text}`),
    ];
  });
}

/** A text without a line end at its end has one line more, that says so, as diff has it. */
function linesOf(text: string): readonly string[] {
  if (text === '') return [];
  return text.endsWith('\n')
    ? text.slice(0, -1).split('\n')
    : [...text.split('\n'), '\\ No newline at end of file'];
}

/** Of each line its number before and after. */
function number(lines: readonly DiffLine[]): readonly (readonly [number, number])[] {
  let [old, fresh] = [1, 1];
  return lines.map(({ sign }) => {
    const here = [old, fresh] as const;
    if (sign !== '+') old++;
    if (sign !== '-') fresh++;
    return here;
  });
}

/** From where to where differences are shown, each with its context; those that touch are one. */
function hunksOf(lines: readonly DiffLine[]): readonly (readonly [number, number])[] {
  const hunks: [number, number][] = [];
  for (const [index, { sign }] of lines.entries()) {
    if (sign === ' ') continue;
    const [start, end] = [Math.max(0, index - context), Math.min(lines.length, index + 1 + context)];
    const last = hunks.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = end;
    else hunks.push([start, end]);
  }
  return hunks;
}

/** As diff writes it: the line before where there is none, no length where it is one. */
const range = (start: number, length: number): string =>
  length === 1 ? String(start) : `${length === 0 ? start - 1 : start},${length}`;
