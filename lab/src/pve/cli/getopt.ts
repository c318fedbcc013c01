import { Failure } from '../failure.ts';
import type { Properties, Schema } from '../schema/types.ts';
import { parseBoolean } from '../formats/values.ts';

/** Parameters by name; a boolean is `1` or `0`, a list is joined with commas, an array as `listItems` takes it apart. */
export type Parameters = Readonly<Record<string, string>>;

export interface Parsed {
  readonly parameters: Parameters;
  /** What is left for `extra-args`. */
  readonly extra: readonly string[];
}

const BETWEEN_ITEMS = '\0';

/** The items of a parameter that the schema calls an array. */
export function listItems(text: string): readonly string[] {
  return text.split(BETWEEN_ITEMS);
}

/**
 * Reads argv as PVE's tools do (PVE::JSONSchema::get_options over Getopt::Long with the prefixes `--` and `-`): any option by an
 * unambiguous beginning of its name in any case, `--name value`, `--name=value`, booleans with or without a value, lists repeated.
 * `positional` are the arguments without a name, in order; `fixed` are set by the tool itself and no options; `prompts` may go
 * without a value.
 * Throws Failure; `warn` gets what Getopt::Long writes to stderr before that.
 */
export function readArguments(
  argv: readonly string[],
  table: Properties,
  positional: readonly string[],
  fixed: readonly string[],
  warn: (line: string) => void,
  prompts: readonly string[] = [],
): Parsed {
  const names = Object.keys(table).filter((name) => !fixed.includes(name));
  const values = new Map<string, string[]>();
  const rest: string[] = [];
  let failed = false;
  const queue = [...argv];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') {
      rest.push(...queue);
      break;
    }
    const option = /^--?([^=]+)(?:=(.*))?$/s.exec(word);
    if (option === null || word === '-') {
      rest.push(word);
      continue;
    }
    const name = matchName(option[1] ?? '', names, warn);
    if (name === undefined) {
      failed = true;
      continue;
    }
    const value = takeValue(option[2], table[name]?.type === 'boolean' || prompts.includes(name), queue);
    if (value === undefined) {
      warn(`Option ${name} requires an argument`);
      failed = true;
      continue;
    }
    values.set(name, isList(table[name]) ? [...(values.get(name) ?? []), value] : [value]);
  }
  if (failed) throw new Failure('unable to parse option\n', 400);
  const extra = takePositional(rest, table, positional, values);
  return { parameters: finish(values, table), extra };
}

function isList(schema: Schema | undefined): boolean {
  return schema?.type === 'array' || (typeof schema?.format === 'string' && schema.format.includes('-list'));
}

function matchName(
  given: string,
  names: readonly string[],
  warn: (line: string) => void,
): string | undefined {
  const low = given.toLowerCase();
  const exact = names.find((name) => name.toLowerCase() === low);
  if (exact !== undefined) return exact;
  const begun = names.filter((name) => name.toLowerCase().startsWith(low));
  if (begun.length === 1) return begun[0];
  warn(
    begun.length === 0
      ? `Unknown option: ${given}`
      : `Option ${given} is ambiguous (${begun.toSorted().join(', ')})`,
  );
  return undefined;
}

/** Undefined when a value is needed and there is none: `--name=` counts as none for an option that needs one. */
function takeValue(given: string | undefined, optional: boolean, queue: string[]): string | undefined {
  if (given !== undefined) return given === '' && !optional ? undefined : given;
  const next = queue[0];
  if (next === undefined) return optional ? '' : undefined;
  if (optional && next !== '-' && next.startsWith('-')) return '';
  queue.shift();
  return next;
}

function takePositional(
  rest: string[],
  table: Properties,
  positional: readonly string[],
  values: Map<string, string[]>,
): readonly string[] {
  for (const [index, name] of positional.entries()) {
    if (name === 'extra-args') return rest;
    const word = rest.shift();
    if (word === undefined) {
      const missing = positional
        .slice(index)
        .some((later) => later !== 'extra-args' && !table[later]?.optional);
      if (missing) throw new Failure('not enough arguments\n', 400);
      return [];
    }
    values.set(name, [word]);
  }
  if (rest.length > 0) throw new Failure('too many arguments\n', 400);
  return [];
}

function finish(values: ReadonlyMap<string, readonly string[]>, table: Properties): Parameters {
  const out: Record<string, string> = {};
  for (const [name, all] of values) {
    const text = all.join(table[name]?.type === 'array' ? BETWEEN_ITEMS : ',');
    out[name] = table[name]?.type === 'boolean' ? booleanOf(text) : text;
  }
  return out;
}

function booleanOf(text: string): string {
  if (text === '') return '1';
  const value = parseBoolean(text);
  if (value === undefined) throw new Failure('unable to parse boolean option\n', 400);
  return value;
}
