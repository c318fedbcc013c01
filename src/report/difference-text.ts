import type { Difference, PropertyValue } from '../plan/plan.ts';
import { displayWidth } from '../text/columns.ts';
import type { Paint } from './paint.ts';
import { printable } from './printable.ts';

const indent = '    ';
/** Default keys of PVE's property strings that often stand alone, and then without a name: "memory: 2048". */
const unnamed = new Set(['current', 'cputype', 'enabled', 'type', 'file', 'volume']);
const inner = `${indent}    `;

/** One property before → after; of a property string that was there before, only the sub-properties that differ. */
export function differenceLines(difference: Difference, width: number, paint: Paint): readonly string[] {
  const { property, before, after, effect } = difference;
  const note = effect === 'restart' ? ` ${paint('dim', '(after a restart)')}` : '';
  const keys = [
    ...new Set([before, after].flatMap((value) => (isStructured(value) ? Object.keys(value) : []))),
  ];
  const alone = keys.length === 1 && unnamed.has(keys[0] ?? '');
  if (alone || !isStructured(before) || !isStructured(after))
    return lines(property, show(before), show(after), note, width, paint);
  return keys
    .filter((key) => before[key] !== after[key])
    .flatMap((key) => lines(`${property}.${key}`, before[key], after[key], note, width, paint));
}

function isStructured(value: PropertyValue | undefined): value is Readonly<Record<string, string>> {
  return typeof value === 'object';
}

function show(value: PropertyValue | undefined): string | undefined {
  if (!isStructured(value)) return value;
  const parts = Object.entries(value);
  return parts
    .map(([key, part]) => (parts.length === 1 && unnamed.has(key) ? part : `${key}=${part}`))
    .join(',');
}

function lines(
  name: string,
  before: string | undefined,
  after: string | undefined,
  note: string,
  width: number,
  paint: Paint,
): readonly string[] {
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
  return [`${head}${note}`, ...linesThatDiffer(textLines(before), textLines(after), paint)];
}

function textLines(text: string | undefined): readonly string[] {
  return text === undefined ? [] : printable(text).split('\n');
}

/** Lines as in a diff; the equal ones at both ends are shown without a sign. */
function linesThatDiffer(
  before: readonly string[],
  after: readonly string[],
  paint: Paint,
): readonly string[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const same = (line: string): string => `${inner}  ${line}`.trimEnd();
  return [
    ...before.slice(0, head).map(same),
    ...before.slice(head, before.length - tail).map((line) => inner + paint('red', `- ${line}`.trimEnd())),
    ...after.slice(head, after.length - tail).map((line) => inner + paint('green', `+ ${line}`.trimEnd())),
    ...before.slice(before.length - tail).map(same),
  ];
}
