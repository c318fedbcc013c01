import type { Diagnostic } from '../diagnostic.ts';
import { foldNodeSet } from '../inventory/node-set.ts';
import { columns } from '../text/columns.ts';
import type { Answer } from './exec-everywhere.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';

/** How answers are printed: folded for people, a line each for programs. */

const rule = '---------------';

/**
 * Equal answers once, under the node set that gave them, as clush -b does: most hosts first. `clean` takes the text of
 * the nodes and gives what may be printed.
 */
export function foldAnswers(answers: readonly Answer[], clean: (text: string) => string): string {
  const finished = answers.flatMap((answer) => ('errors' in answer ? [] : [answer]));
  const groups = foldBy(finished, ({ exit, signal, stdout, stderr }) =>
    JSON.stringify([exit, signal, stdout, stderr]),
  );
  const blocks = groups.map((group) => {
    const [answer] = group;
    const ending = endingOf(answer);
    const header = `${nodeSetOf(group)} (${group.length})${ending === undefined ? '' : `: ${ending}`}`;
    const stderr = answer.stderr === '' ? '' : `${rule} stderr\n${withLineEnd(clean(answer.stderr))}`;
    return `${rule}\n${header}\n${rule}\n${withLineEnd(clean(answer.stdout))}${stderr}`;
  });
  return blocks.join('');
}

/** One line of JSON: host, exit, signal, stdout, stderr, seconds, error (what is unknown is null). */
export function jsonLine(answer: Answer): string {
  const { host, seconds } = answer;
  if ('errors' in answer) {
    const error = answer.errors.map(({ code, message, hint }) => ({
      code,
      message,
      ...(hint !== undefined && { hint }),
    }))[0];
    return `${JSON.stringify({ host, exit: null, signal: null, stdout: null, stderr: null, seconds, error: error ?? null })}\n`;
  }
  const { exit, signal = null, stdout, stderr } = answer;
  return `${JSON.stringify({ host, exit, signal, stdout, stderr, seconds, error: null })}\n`;
}

/** Why hosts gave no answer. */
export function errorsOf(answers: readonly Answer[]): readonly Diagnostic[] {
  return answers.flatMap((answer) => ('errors' in answer ? answer.errors : []));
}

/** Who failed and how, as a table of node sets; nothing when nobody did. */
export function failureTable(answers: readonly Answer[]): string {
  const failed = answers.filter((answer) => endingOf(answer) !== undefined);
  if (failed.length === 0) return '';
  const groups = foldBy(failed, (answer) => endingOf(answer) ?? '');
  const rows = groups.map((group) => [endingOf(group[0]) ?? '', String(group.length), nodeSetOf(group)]);
  return `${columns([['RESULT', 'HOSTS', 'NODE SET'], ...rows]).join('\n')}\n`;
}

/** 3 when a command failed or did not end somewhere, else 4 when a host gave no answer, else 0. */
export function exitCodeOf(answers: readonly Answer[]): number {
  const failed = answers.some((answer) => !('errors' in answer) && answer.exit !== 0);
  return failed ? exitCode.failed : exitCodeFor(errorsOf(answers));
}

/** How a command ended, unless it ended well. */
function endingOf(answer: Answer): string | undefined {
  if ('errors' in answer) {
    return answer.errors.some(({ trouble }) => trouble === 'unreachable') ? 'unreachable' : 'not finished';
  }
  if (answer.exit === null) return `killed by ${answer.signal ?? 'a signal'}`;
  return answer.exit === 0 ? undefined : `exit ${answer.exit}`;
}

/** Groups of equal key, the largest first, equals in the order of their first host. */
function foldBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

const nodeSetOf = (answers: readonly Answer[]): string => foldNodeSet(answers.map(({ host }) => host));

const withLineEnd = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
