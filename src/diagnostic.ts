/**
 * What is wrong, as a value. Expected failures are collected and returned; a throw is a bug.
 * docs/diagnostics.md says how the sentences are written.
 */

/** A place in a file the user wrote; line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Which of the things that are made from this one place is meant: "count index 3". */
  readonly element?: string;
}

/** Where each value of a parsed document was written, by JSON pointer ("" is the document, "/scsi0/size" a key in it). */
export type Positions = Readonly<Record<string, Position>>;

/**
 * What kind of trouble it is; decides the exit code (cli/exit-code.ts):
 * `invalid` the user's input (1), `failed` a step or node (3), `unreachable` no answer (4),
 * `stale` the world changed since the plan, or somebody holds a lock (5), `refused` by a rule of ours (6).
 */
export type Trouble = 'invalid' | 'failed' | 'unreachable' | 'stale' | 'refused';

export interface Diagnostic {
  /** Stable, for machines and docs: "vm/disk-shrink", "yaml/syntax". */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly trouble: Trouble;
  /** "Cannot <act> <thing>: <what is>; <what is wanted>". One sentence, no full stop. */
  readonly message: string;
  readonly at?: Position;
  /** Inventory name of the host it happened on. */
  readonly host?: string;
  /** What to do, with the command to copy where there is one. */
  readonly hint?: string;
}

/** A value, or the reasons why there is none. Warnings ride along with a value. */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export function ok<T>(value: T, warnings: readonly Diagnostic[] = []): Result<T> {
  return { ok: true, value, warnings };
}

export function fail(...diagnostics: readonly Diagnostic[]): Result<never> {
  return { ok: false, diagnostics };
}

/** What went with a result, good or bad: its warnings or its errors. */
export function diagnosticsOf(result: Result<unknown>): readonly Diagnostic[] {
  return result.ok ? result.warnings : result.diagnostics;
}

/** Position of the value at `path`, or of the nearest enclosing value that was written in a file. */
export function positionAt(positions: Positions, path: readonly (string | number)[]): Position | undefined {
  for (let length = path.length; length >= 0; length--) {
    const found = positions[pointer(path.slice(0, length))];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** JSON pointer (RFC 6901) of a path of keys and indexes. */
export function pointer(path: readonly (string | number)[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The positions of the part of a document at `path`, seen from there. */
export function positionsUnder(positions: Positions, path: readonly (string | number)[]): Positions {
  const prefix = pointer(path);
  const inside = insideOf(positions);
  const under: Record<string, Position> = {};
  const take = (key: string): void => {
    const position = positions[key];
    if (position !== undefined) under[key.slice(prefix.length)] = position;
    inside.get(key)?.forEach(take);
  };
  take(prefix);
  const own = positionAt(positions, path);
  if (own !== undefined && under[''] === undefined) under[''] = own;
  return under;
}

/** Pointers by the pointer of what they stand in; made once for a document, which is asked for each of its parts. */
const indexes = new WeakMap<Positions, ReadonlyMap<string, readonly string[]>>();

function insideOf(positions: Positions): ReadonlyMap<string, readonly string[]> {
  const known = indexes.get(positions);
  if (known !== undefined) return known;
  const index = new Map<string, string[]>();
  for (const key of Object.keys(positions)) {
    if (key === '') continue;
    const outer = key.slice(0, key.lastIndexOf('/'));
    const among = index.get(outer);
    if (among === undefined) index.set(outer, [key]);
    else among.push(key);
  }
  indexes.set(positions, index);
  return index;
}

/** "file:line:column", as editors and terminals link it; then which element of it, "(count index 3)". */
export function formatPosition({ file, line, column, element }: Position): string {
  return `${file}:${line}:${column}${element === undefined ? '' : ` (${element})`}`;
}
