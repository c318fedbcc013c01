import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Alias, Document, Node as YamlNode, SchemaOptions } from 'yaml';
import type { Diagnostic, Position, Positions, Result } from '../diagnostic.ts';
import { fail, formatPosition, ok, pointer } from '../diagnostic.ts';
import { jsonProblem } from './json-syntax.ts';
import { yamlProblems } from './yaml-problems.ts';

/** Data of a YAML or JSON file with the place of every key and item in it. */
export interface Sourced {
  readonly value: unknown;
  /** By JSON pointer: a mapping's entry is where its key stands, an item where its value does; "" is the start. */
  readonly positions: Positions;
  /** By JSON pointer: words as they were written (`on`) that the dialect reads as true or false, and plain YAML 1.2 as text. */
  readonly booleanWords: Readonly<Record<string, string>>;
}

/** What a kind of file has beyond plain YAML 1.2: tags of its own, merge keys. */
export type Dialect = Pick<SchemaOptions, 'customTags' | 'merge'>;

/**
 * Reads YAML 1.2, of which JSON is a part; a file named *.json must be JSON. Never YAML 1.1, whose sexagesimal numbers break MAC addresses and times.
 * Every syntax error of the text is returned, each with its line shown; a key given twice is an error.
 */
export function parseYaml(text: string, file: string, dialect: Dialect = {}): Result<Sourced> {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    version: '1.2',
    uniqueKeys: true,
    ...dialect,
  });
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const notJson = file.endsWith('.json') ? jsonProblem(text) : undefined;
  const problems =
    notJson === undefined
      ? yamlProblems(document, text, (offset) => formatPosition(place(offset)))
      : [notJson];
  if (problems.length > 0)
    return fail(...problems.map(({ message, offset }) => syntaxError(message, place(offset), text)));
  const positions: Record<string, Position> = {};
  const booleanWords: Record<string, string> = {};
  walk(document.contents, [], place, { positions, booleanWords });
  positions[''] ??= { file, line: 1, column: 1 };
  const stray = strayAliases(document);
  if (stray.length > 0) {
    return fail(
      ...stray.map(({ source, range }) =>
        syntaxError(`*${source} stands for nothing that ends before it`, place(range?.[0] ?? 0), text),
      ),
    );
  }
  try {
    return ok({ value: document.toJS({ maxAliasCount: 1000 }) as unknown, positions, booleanWords });
  } catch (error) {
    // Thrown for one reason only: aliases of aliases that would grow into more than memory holds.
    return fail(syntaxError(error instanceof Error ? error.message : String(error), place(0), text));
  }
}

/** Aliases without an anchor before them, and those inside the very value that they stand for. */
function strayAliases(document: Document.Parsed): readonly Alias[] {
  const stray: Alias[] = [];
  visit(document, {
    Alias: (_, alias, path) => {
      const target = alias.resolve(document);
      if (target === undefined || path.includes(target)) stray.push(alias);
    },
  });
  return stray;
}

/** The text of a line with a mark under a column, for a message about it. */
export function showLine(text: string, at: Position): string {
  const line = (text.split(/\r?\n/u)[at.line - 1] ?? '').replaceAll('\t', ' ');
  const number = String(at.line);
  return `${number} | ${line}\n${' '.repeat(number.length)} | ${' '.repeat(at.column - 1)}^`;
}

function syntaxError(message: string, at: Position, text: string): Diagnostic {
  return {
    code: 'yaml/syntax',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot read ${at.file}: ${message}`,
    at,
    hint: `\n${showLine(text, at)}`,
  };
}

function walk(
  node: unknown,
  path: readonly (string | number)[],
  place: (offset: number) => Position,
  found: { readonly positions: Record<string, Position>; readonly booleanWords: Record<string, string> },
): void {
  const { positions, booleanWords } = found;
  const mark = (at: readonly (string | number)[], marked: YamlNode | null): void => {
    const start = marked?.range?.[0];
    if (start !== undefined) positions[pointer(at)] = place(start);
  };
  if (isMap(node)) {
    if (path.length === 0) mark(path, node);
    for (const pair of node.items) {
      if (!isScalar(pair.key)) continue;
      const entry = [...path, String(pair.key.value)];
      mark(entry, pair.key);
      walk(pair.value, entry, place, found);
    }
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      if (isMap(item) || isSeq(item) || isScalar(item) || isAlias(item)) mark([...path, index], item);
      walk(item, [...path, index], place, found);
    }
  } else if (isScalar(node)) {
    if (path.length === 0) mark(path, node);
    if (
      typeof node.value === 'boolean' &&
      node.source !== undefined &&
      !/^(?:true|false)$/iu.test(node.source)
    )
      booleanWords[pointer(path)] = node.source;
  }
}
