import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Cell, Listing, Row } from './listing.ts';
import { shown } from './units.ts';

/** A condition of --where: a row is listed if all hold. */
interface Condition {
  readonly key: string;
  readonly holds: (cell: Cell) => boolean;
}

/**
 * The rows for which all conditions hold. "key=value" holds if the cell is the value, or one of several (tags, nodes);
 * "key!=value" if it is not; "key~pattern" if the regular expression is found in it, in any case.
 */
export function filterRows(
  listing: Listing,
  rows: readonly Row[],
  conditions: readonly string[],
): Result<readonly Row[]> {
  const keys = [
    ...new Set([
      ...listing.columns.map(({ key }) => key),
      ...rows.flatMap(({ cells }) => Object.keys(cells)),
    ]),
  ];
  const read = conditions.map((text) => parseCondition(text, keys));
  const troubles = read.filter((each): each is Diagnostic => 'code' in each);
  if (troubles.length > 0) return fail(...troubles);
  const parsed = read.filter((each): each is Condition => 'holds' in each);
  return ok(rows.filter(({ cells }) => parsed.every(({ key, holds }) => holds(cells[key] ?? null))));
}

function parseCondition(text: string, keys: readonly string[]): Condition | Diagnostic {
  const { key, operator, value } =
    /^(?<key>[^=!~]+)(?<operator>!=|=|~)(?<value>.*)$/su.exec(text)?.groups ?? {};
  if (key === undefined || value === undefined)
    return invalid(text, 'it has no operator; key=value, key!=value or key~pattern is wanted');
  if (!keys.includes(key))
    return invalid(
      text,
      `there is no "${key}" here${didYouMean(key, keys)}`,
      `There are: ${keys.join(', ')}`,
    );
  if (operator !== '~') {
    const wanted = operator === '=';
    return { key, holds: (cell) => isValue(cell, value) === wanted };
  }
  const pattern = regExpOf(value);
  if (pattern === undefined)
    return invalid(text, `"${value}" is no regular expression; one like "web|db" is wanted`);
  return { key, holds: (cell) => pattern.test(shownOrEmpty(cell)) };
}

function isValue(cell: Cell, value: string): boolean {
  const text = shownOrEmpty(cell).toLowerCase();
  const wanted = value.toLowerCase();
  if (text === wanted || (value === '-' && text === '')) return true;
  if (typeof cell === 'boolean') return wanted === String(cell);
  return text.split(/[\s,;]+/u).includes(wanted) && wanted !== '';
}

const shownOrEmpty = (cell: Cell): string => (cell === null || cell === '' ? '' : shown(cell));

function regExpOf(text: string): RegExp | undefined {
  try {
    return new RegExp(text, 'iu');
  } catch {
    return undefined;
  }
}

function invalid(text: string, what: string, hint?: string): Diagnostic {
  return {
    code: 'ls/where',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot use --where "${text}": ${what}`,
    ...(hint !== undefined && { hint }),
  };
}
