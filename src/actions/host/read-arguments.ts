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
  const words =
    wordsOfTables.get(parameters) ??
    Object.entries(parameters).flatMap(([name, { aliases }]) => [name, ...aliases]);
  wordsOfTables.set(parameters, words);
  return words;
}

const wordsOfTables = new WeakMap<Parameters, readonly string[]>();

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
  const values = Object.entries(table.parameters).map(([name, parameter]) => {
    const words = [name, ...parameter.aliases].filter((word) => isGiven(given[word]));
    const [word, second] = words;
    if (second !== undefined) problems.push({ argument: second, what: `"${word}" says the same already` });
    if (word === undefined) {
      const { need } = parameter;
      if (need === 'required') problems.push({ what: `"${name}" is missing` });
      return [name, typeof need === 'object' ? need.otherwise : undefined];
    }
    const read = parameter.read(given[word]);
    if ('wrong' in read) problems.push({ argument: word, what: `"${word}" is wrong: ${read.wrong}` });
    return [name, 'value' in read ? read.value : undefined];
  });
  const all = Object.fromEntries(values) as Values<P>;
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
  const known = wordsOf(parameters);
  return Object.keys(given).flatMap((word) => {
    if (known.includes(word)) return [];
    const what = notYet.includes(word)
      ? 'it is not supported yet'
      : `there is no such argument${didYouMean(word, known)}`;
    return [{ argument: word, what: `"${word}" can't be used: ${what}` }];
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
