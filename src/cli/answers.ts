import type { Diagnostic } from '../diagnostic.ts';
import type { CutOff } from '../fanout/collect-output.ts';
import { digestOf } from '../fanout/collect-output.ts';
import { foldNodeSet } from '../inventory/node-set.ts';
import type { Paint } from '../report/paint.ts';
import { columns } from '../text/columns.ts';
import type { Answer, Said } from './exec-everywhere.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';

/** How answers are printed for people: folded, and a table of failures. */

/** An answer of a command that came to its end. */
export type Finished = Extract<Answer, Said>;

/** How text of the nodes may be printed. */
export interface Look {
  readonly paint: Paint;
  /** Takes the text of the nodes and gives what may be printed. */
  readonly clean: (text: string) => string;
}

const rule = '---------------';

/** Equal answers once, under the node set that gave them, as clush -b does: most hosts first. */
export function foldAnswers(answers: readonly Answer[], look: Look): string {
  return foldFinished(answers)
    .map((group) => {
      const [answer] = group;
      const { stdout, stderr } = textsOf(answer, look.clean);
      const errors = stderr === '' ? '' : `${rule} stderr\n${withLineEnd(stderr)}`;
      return `${rule}\n${headerOf(group, look)}\n${rule}\n${withLineEnd(stdout)}${errors}`;
    })
    .join('');
}

/** Groups of those that said and ended alike, the largest first. */
export function foldFinished(answers: readonly Answer[]): readonly (readonly [Finished, ...Finished[]])[] {
  const finished = answers.flatMap((answer) => ('errors' in answer ? [] : [answer]));
  return foldBy(finished, (answer) => `${answer.exit} ${answer.signal} ${digestOf(answer)}`);
}

/** "pve[1-3] (3): exit 7"; guests are named too. */
export function headerOf(group: readonly [Finished, ...Finished[]], { paint, clean }: Look): string {
  const ending = endingOf(group[0]);
  const names = group.flatMap(({ guest }) => guest?.name ?? []);
  const guests = names.length === 0 ? '' : ` ${clean(foldNodeSet(names))}`;
  const failed = ending === undefined ? '' : `: ${paint('red', ending)}`;
  return `${paint('bold', nodeSetOf(group))} (${group.length})${guests}${failed}`;
}

/** What was said, as text; what is missing at an end is told there. */
export function textsOf(
  { stdout, stderr, cut = {} }: Said,
  clean: Look['clean'],
): { readonly stdout: string; readonly stderr: string } {
  const text = (bytes: Buffer, end: CutOff | undefined): string =>
    end === undefined
      ? clean(bytes.toString('utf8'))
      : `${withLineEnd(clean(bytes.toString('utf8')))}[${cutNote(end)}]\n`;
  return { stdout: text(stdout, cut.stdout), stderr: text(stderr, cut.stderr) };
}

function cutNote({ bytes, sha256 }: CutOff): string {
  if (bytes === undefined) return 'cut here: the guest agent kept no more';
  return `cut here: ${bytes} more bytes, SHA-256 ${(sha256 ?? '').slice(0, 16)}; --raw and --lines show all`;
}

/** Why hosts gave no answer. */
export function errorsOf(answers: readonly Answer[]): readonly Diagnostic[] {
  return answers.flatMap((answer) => ('errors' in answer ? answer.errors : []));
}

/** Who failed and how, as a table of node sets; nothing when nobody did. */
export function failureTable(answers: readonly Answer[], paint: Paint): string {
  const failed = answers.filter((answer) => endingOf(answer) !== undefined);
  if (failed.length === 0) return '';
  const groups = foldBy(failed, (answer) => endingOf(answer) ?? '');
  const rows = groups.map((group) => [
    paint('red', endingOf(group[0]) ?? ''),
    String(group.length),
    nodeSetOf(group),
  ]);
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
    if (answer.errors.some(({ trouble }) => trouble === 'unreachable')) return 'unreachable';
    return answer.errors.some(({ code }) => code === 'exec/not-begun') ? 'not begun' : 'not finished';
  }
  if (answer.exit === null) return `killed by ${answer.signal ?? 'a signal'}`;
  return answer.exit === 0 ? undefined : `exit ${answer.exit}`;
}

/** Groups of equal key, the largest first, equals in the order of their first host. */
function foldBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

const nodeSetOf = (answers: readonly Answer[]): string => foldNodeSet(answers.map(({ host }) => host));

const withLineEnd = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
