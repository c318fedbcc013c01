import type { Diagnostic, Position, Positions } from '../diagnostic.ts';
import { positionAt } from '../diagnostic.ts';

/** Keys and indexes from the document's root to a value. */
export type Path = readonly (string | number)[];

/** A document being read: where its values stand, and what was found wrong so far. */
export interface Reading {
  readonly file: string;
  readonly positions: Positions;
  readonly problems: Diagnostic[];
  /** Of an entry that stands for several guests, the one that is read: "count index 3". */
  readonly element?: string;
}

/** Notes an error at a place of the document and goes on, so that all errors are told at once. */
export function complain(reading: Reading, path: Path, code: string, message: string, hint?: string): void {
  reading.problems.push({
    code: `document/${code}`,
    severity: 'error',
    trouble: 'invalid',
    message,
    at: placeOf(reading, path),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Where a value stands: that of the nearest enclosing value that has a place, else the file's start. */
export function placeOf(reading: Reading, path: Path): Position {
  const at = positionAt(reading.positions, path) ?? { file: reading.file, line: 1, column: 1 };
  return ofElement(at, reading.element);
}

/** A place, as that of one of the guests that are made from it. */
export function ofElement(at: Position, element: string | undefined): Position {
  return element === undefined ? at : { ...at, element };
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a message names it: 'text "abc"', 'the number 5', 'a list'. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (typeof value === 'string') return `the text ${JSON.stringify(value)}`;
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return `the ${typeof value} ${JSON.stringify(value)}`;
}
