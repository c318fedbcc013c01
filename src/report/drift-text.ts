import type { Address } from '../address.ts';
import { formatAddress } from '../address.ts';
import type { DriftReport } from '../documents/drift-of-document.ts';
import type { Change, Difference } from '../plan/plan.ts';
import { differenceLines } from './difference-text.ts';
import type { Paint } from './paint.ts';
import { painter } from './paint.ts';
import { printable } from './printable.ts';

export interface DriftTextOptions {
  readonly colour: boolean;
  readonly width: number;
}

/** What differs, what waits for a restart, what nobody declared, each as a diff; the last line counts. */
export function driftText(drift: DriftReport, { colour, width }: DriftTextOptions): string {
  const paint = painter(colour);
  const block = (at: Address, words: string, differences: readonly Difference[]): readonly string[] => [
    `${paint('bold', formatAddress(at))}  ${words}`,
    ...differences.flatMap((difference) => differenceLines(difference, width, paint)),
  ];
  const sections = [
    section(
      'Differs (what is → what is declared):',
      drift.different.map((change) =>
        block(change.address, headOf(change, paint), change.action === 'delete' ? [] : change.differences),
      ),
    ),
    section(
      'Needs a restart (what runs → what will be, as declared):',
      drift.needsRestart.map(({ address, node, differences }) =>
        block(
          address,
          `on ${node}`,
          differences.map((difference) => ({ ...difference, effect: 'now' })),
        ),
      ),
    ),
    section(
      'Nobody declared:',
      drift.undeclared.map(({ address, title, node }) => block(address, named(address, title, node), [])),
    ),
  ];
  const lines = [...sections.flat(), paint('bold', driftLine(drift))];
  return `${lines.join('\n')}\n`;
}

function section(title: string, blocks: readonly (readonly string[])[]): readonly string[] {
  return blocks.length === 0 ? [] : [title, ...blocks.flat().map((line) => `  ${line}`), ''];
}

const states = { create: 'is not there', update: '', delete: 'is there, and is declared absent' } as const;

function headOf({ address, title, node, action, declaredAt }: Change, paint: Paint): string {
  const state = states[action] === '' ? '' : `  ${states[action]}`;
  const place =
    declaredAt === undefined ? '' : `  ${paint('dim', `(${declaredAt.file}:${declaredAt.line})`)}`;
  return `${named(address, title, node)}${state}${place}`;
}

function named({ name }: Address, title: string, node: string): string {
  return `${title === name ? '' : `${printable(title)} `}on ${node}`;
}

/** The whole of it in one line, for a monitor or the subject of a mail. */
export function driftLine(
  drift: Pick<
    DriftReport,
    'different' | 'needsRestart' | 'undeclared' | 'refusals' | 'notAsked' | 'unreachable' | 'compared'
  >,
): string {
  const { different, needsRestart, undeclared, refusals, notAsked, unreachable, compared } = drift;
  const declared = `${compared} ${compared === 1 ? 'resource' : 'resources'}`;
  const parts = [
    ...countOf(different.length, 'differs', 'differ', different),
    ...countOf(undeclared.length, 'is not declared', 'are not declared', undeclared),
    ...countOf(needsRestart.length, 'needs a restart', 'need a restart', needsRestart),
    ...(refusals.length === 0 ? [] : [`${refusals.length} can't be planned`]),
    ...(notAsked.length === 0 ? [] : [`${notAsked.length} left out (--limit)`]),
    ...(unreachable.length === 0 ? [] : [`${unreachable.length} gave no answer`]),
  ];
  const isDrift = different.length + undeclared.length > 0;
  const details = parts.length === 0 ? 'all are as declared' : parts.join('; ');
  return `${isDrift ? 'Drift' : 'No drift'}: ${declared} compared; ${details}.`;
}

const SHOWN = 3;

function countOf(
  count: number,
  one: string,
  many: string,
  rows: readonly { readonly address: Address }[],
): readonly string[] {
  if (count === 0) return [];
  const names = rows.slice(0, SHOWN).map(({ address }) => formatAddress(address));
  return [`${count} ${count === 1 ? one : many} (${names.join(', ')}${count > SHOWN ? ', ...' : ''})`];
}
