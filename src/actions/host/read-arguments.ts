import type { Diagnostic, Positions, Result } from '../../diagnostic.ts';
import { fail, ok, positionAt } from '../../diagnostic.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import type { Parameters, Values } from './parameters.ts';

/** Something wrong with an argument, or with all of them together. */
export interface Misuse {
  readonly argument?: string;
  readonly what: string;
}

export interface ArgumentTable<P extends Parameters> {
  readonly name: string;
  readonly parameters: P;
  /** Arguments of Ansible's that are not supported yet. */
  readonly notYet: readonly string[];
  /** What the arguments have to be together. */
  readonly check?: (values: Values<P>) => readonly Misuse[];
}

/** Every word that a table knows, aliases among them. */
export function wordsOf(parameters: Parameters): readonly string[] {
  return rowsOf(parameters).flatMap(({ words }) => words);
}

interface Row {
  readonly name: string;
  readonly words: readonly string[];
  readonly parameter: Parameters[string];
}

/** A table is asked for each task of each host. */
function rowsOf(parameters: Parameters): readonly Row[] {
  const rows =
    rowsOfTables.get(parameters) ??
    Object.entries(parameters).map(([name, parameter]) => ({
      name,
      words: [name, ...parameter.aliases],
      parameter,
    }));
  rowsOfTables.set(parameters, rows);
  return rows;
}

const rowsOfTables = new WeakMap<Parameters, readonly Row[]>();

/** Reads rendered arguments by their table; all errors at once, with positions. */
export function readArguments<P extends Parameters>(
  table: ArgumentTable<P>,
  args: unknown,
  positions: Positions,
): Result<Values<P>> {
  const given = asMapping(args);
  if (given === undefined) {
    const what = 'the arguments are no mapping; {name: value, …} is wanted';
    return fail(misuse(table.name, { what }, positions));
  }
  const problems: Misuse[] = unknownWords(table, given);
  const values: Record<string, unknown> = {};
  for (const { name, words, parameter } of rowsOf(table.parameters)) {
    const [word, second] = words.filter((each) => isGiven(given[each]));
    if (second !== undefined) problems.push({ argument: second, what: `"${word}" says the same already` });
    if (word === undefined) {
      const { need } = parameter;
      if (need === 'required') problems.push({ what: `"${name}" is missing` });
      values[name] = typeof need === 'object' ? need.otherwise : undefined;
      continue;
    }
    const read = parameter.read(given[word]);
    if ('wrong' in read) problems.push({ argument: word, what: `"${word}" is wrong: ${read.wrong}` });
    values[name] = 'value' in read ? read.value : undefined;
  }
  const all = values as Values<P>;
  if (problems.length === 0) problems.push(...(table.check?.(all) ?? []));
  return problems.length === 0
    ? ok(all)
    : fail(...problems.map((problem) => misuse(table.name, problem, positions)));
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

function asMapping(args: unknown): Readonly<Record<string, unknown>> | undefined {
  if (args === null || args === undefined) return {};
  return typeof args === 'object' && !Array.isArray(args) ? { ...args } : undefined;
}

function unknownWords(
  { parameters, notYet }: Pick<ArgumentTable<Parameters>, 'parameters' | 'notYet'>,
  given: Readonly<Record<string, unknown>>,
): Misuse[] {
  const rows = rowsOf(parameters);
  const isKnown = (word: string): boolean => rows.some(({ words }) => words.includes(word));
  const unknown = Object.keys(given).filter((word) => !isKnown(word));
  return unknown.map((word) => {
    const what = notYet.includes(word)
      ? 'it is not supported yet'
      : `there is no such argument${didYouMean(word, wordsOf(parameters))}`;
    return { argument: word, what: `"${word}" can't be used: ${what}` };
  });
}

function misuse(name: string, { argument, what }: Misuse, positions: Positions): Diagnostic {
  const at = positionAt(positions, argument === undefined ? [] : [argument]);
  return {
    code: 'task/invalid',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot read "${name}": ${what}`,
    ...(at && { at }),
  };
}
