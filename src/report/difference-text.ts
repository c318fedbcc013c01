import type { Difference } from '../plan/plan.ts';
import { displayWidth } from '../text/columns.ts';
import type { DifferenceRow, TextLine } from './difference-rows.ts';
import { differenceRows, differentLines, pendingNote } from './difference-rows.ts';
import type { Paint } from './paint.ts';
import { printable } from './printable.ts';

const indent = '    ';
const inner = `${indent}    `;

/** One property before → after; of a property string that was there before, only the sub-properties that differ. */
export function differenceLines(difference: Difference, width: number, paint: Paint): readonly string[] {
  return differenceRows(difference).flatMap((row) => lines(row, width, paint));
}

function lines(row: DifferenceRow, width: number, paint: Paint): readonly string[] {
  const { name, before, after, effect } = row;
  const notes = [pendingNote(row), effect === 'restart' ? 'after a restart' : undefined].filter(
    (each) => each !== undefined,
  );
  const note = notes.length === 0 ? '' : ` ${paint('dim', `(${printable(notes.join('; '))})`)}`;
  const sign =
    before === undefined
      ? paint('green', '+')
      : after === undefined
        ? paint('red', '-')
        : paint('yellow', '~');
  const head = `${indent}${sign} ${name}:`;
  const values = [before, after].filter((value) => value !== undefined).map((value) => printable(value));
  const line = `${head} ${values.map((value) => (value === '' ? '""' : value)).join(' → ')}${note}`;
  const manyLines = values.some((value) => value.includes('\n'));
  if (!manyLines && (values.length < 2 || displayWidth(line) <= width)) return [line];
  const different = differentLines(textLines(before), textLines(after));
  return [`${head}${note}`, ...different.map((each) => inner + painted(each, paint)).map(trimmed)];
}

function textLines(text: string | undefined): readonly string[] {
  return text === undefined ? [] : printable(text).split('\n');
}

function painted({ is, text }: TextLine, paint: Paint): string {
  if (is === 'same') return `  ${text}`;
  return is === 'removed' ? paint('red', `- ${text}`.trimEnd()) : paint('green', `+ ${text}`.trimEnd());
}

const trimmed = (line: string): string => line.trimEnd();
