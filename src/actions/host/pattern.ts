import { pythonRegex } from '../../template/python-regex.ts';
import type { Parameter, Read } from './parameters.ts';
import { list } from './parameters.ts';

/** A regular expression in Python's words. */
export function pattern(help: string, aliases: readonly string[] = [], flags = ''): Parameter<RegExp> {
  return { type: 'regular expression', help, aliases, need: 'required', read: (value) => read(value, flags) };
}

/** The same, where words may stand in its place. */
export function patternOr<const W extends string>(words: readonly W[], help: string): Parameter<RegExp | W> {
  return {
    type: `regular expression, ${words.join(', ')}`,
    help,
    aliases: [],
    need: 'required',
    read: (value) => {
      const word = words.find((one) => one === value);
      return word === undefined ? read(value, '') : { value: word };
    },
  };
}

/** A list of them, each to be found at the end of a text. */
export function patternsAtEnd(help: string): Parameter<readonly RegExp[]> {
  const texts = list(help);
  return {
    type: 'list of regular expressions',
    help,
    aliases: [],
    need: 'required',
    read: (value) => {
      const given = texts.read(value);
      if ('wrong' in given) return given;
      const all = given.value.map((text) => read(`${text}$`, ''));
      const wrong = all.find((one) => 'wrong' in one);
      return wrong ?? { value: all.flatMap((one) => ('value' in one ? [one.value] : [])) };
    },
  };
}

function read(value: unknown, flags: string): Read<RegExp> {
  if (typeof value !== 'string' && typeof value !== 'number')
    return { wrong: 'it is no text; a regular expression is wanted' };
  try {
    return { value: pythonRegex(String(value), undefined, flags) };
  } catch (error) {
    return { wrong: `it is no regular expression: ${error instanceof Error ? error.message : ''}` };
  }
}
