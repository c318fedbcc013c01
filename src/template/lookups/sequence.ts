import { format } from '../percent-format.ts';
import { keyValues } from './key-values.ts';
import type { Question } from './lookup.ts';

const NUMBER = '0?x?[0-9a-f]+';
/** "2-10/2:host%02d" */
const SHORT = new RegExp(
  `^(?:(?<start>${NUMBER})-)?(?<end>${NUMBER})(?:/(?<stride>${NUMBER}))?(?::(?<format>.+))?$`,
  'iu',
);
const WORDS = ['start', 'end', 'count', 'stride', 'format'];

/** Numbers in a row, each as text: terms "5", "2-10/2:host%02d" or "start=1 end=5 format=%02x"; or the same by keyword arguments. */
export function sequences({ terms, options }: Question): readonly string[] {
  const wanted = terms.map((term) => wordsOf(String(term)));
  if (Object.keys(options).length > 0)
    wanted.push(Object.fromEntries(Object.entries(options).map(([word, value]) => [word, String(value)])));
  return wanted.flatMap(sequence);
}

function wordsOf(term: string): Readonly<Record<string, string | undefined>> {
  const short = SHORT.exec(term)?.groups;
  if (short !== undefined) return short;
  const { words, rest } = keyValues(term);
  const unknown = Object.keys(words).find((word) => !WORDS.includes(word)) ?? rest[0];
  if (unknown !== undefined) throw new Error(`knows no "${unknown}"; ${WORDS.join(', ')} are its words`);
  return words;
}

function sequence(words: Readonly<Record<string, string | undefined>>): readonly string[] {
  const numberOf = (word: string): number | undefined => {
    const written = words[word];
    return written === undefined ? undefined : integer(word, written);
  };
  const [start = 1, stride = 1, count] = [numberOf('start'), numberOf('stride'), numberOf('count')];
  const shown = words['format'] ?? '%d';
  if (shown.split('%').length !== 2)
    throw new Error(`wants one "%" in its format, as in host%02d; it has "${shown}"`);
  const end = numberOf('end');
  if (count === 0 && end === undefined) return [];
  if ((end === undefined) === (count === undefined)) throw new Error('wants one of "end" and "count"');
  const last = end ?? start + (count ?? 0) * stride - 1;
  if (stride > 0 && last < start)
    throw new Error(`ends at ${last}, before ${start}; a negative stride counts down`);
  if (stride < 0 && last > start)
    throw new Error(`ends at ${last}, after ${start}; a positive stride counts up`);
  if (stride === 0) return [];
  const numbers: string[] = [];
  for (let number = start; stride > 0 ? number <= last : number >= last; number += stride)
    numbers.push(format(shown, [number]));
  return numbers;
}

/** As Python's int(text, 0): 10, 0x1f, 0o17; a number that only begins with 0 is none. */
function integer(word: string, written: string): number {
  const isNumber = /^[-+]?(?:0x[0-9a-f]+|0o[0-7]+|0b[01]+|0+|[1-9]\d*)$/iu.test(written);
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/u.exec(written) ?? [];
  if (!isNumber) throw new Error(`wants a whole number for "${word}", not "${written}"`);
  return sign === '-' ? -Number(digits) : Number(digits);
}
