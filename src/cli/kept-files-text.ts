import { unifiedDiff } from '../fanout/unified-diff.ts';
import { printable } from '../report/printable.ts';
import type { AppliedRun } from '../rollback/applied-run.ts';
import { fileKey } from '../rollback/applied-run.ts';

/** A file in two states; null: it was not there, undefined: nobody knows. */
export interface TwoStates {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null | undefined;
}

/** The files of a run, each before it and as it has left it. */
export function filesOfRun({ before, left }: Pick<AppliedRun, 'before' | 'left'>): readonly TwoStates[] {
  return [...before.values()].map(({ cluster, path, text }) => ({
    path,
    before: text,
    after: left.get(fileKey(cluster, path))?.text,
  }));
}

/** Files as a unified diff; one whose second state is not known as it was. Secrets are blanked in both. */
export function filesText(files: readonly TwoStates[], second: string): string {
  return files
    .map(({ path, before, after }) => {
      const from = before === null ? '/dev/null' : path;
      const to = after === null ? '/dev/null' : path;
      if (after === undefined) return `--- ${from}\n+++ not known ${second}\n${before ?? ''}`;
      const lines = unifiedDiff(before ?? '', after ?? '');
      const body = lines.length === 0 ? ['(the same)'] : lines;
      return `--- ${from}\n+++ ${to}  ${second}\n${body.map((line) => `${printable(line)}\n`).join('')}`;
    })
    .join('\n');
}
