import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitWords } from '../../src/actions/split-words.ts';
import { shJoin } from '../../src/text/sh-quote.ts';

test.each<[string, readonly string[] | undefined]>([
  ['uptime', ['uptime']],
  ['  uptime   -p ', ['uptime', '-p']],
  ['', []],
  [`echo 'a b' "c d"`, ['echo', 'a b', 'c d']],
  [`echo a'b'"c"d`, ['echo', 'abcd']],
  [`echo ''`, ['echo', '']],
  ['echo a\\ b', ['echo', 'a b']],
  [`echo "a\\"b" "c\\n"`, ['echo', 'a"b', 'c\\n']],
  ['echo $HOME * | cat', ['echo', '$HOME', '*', '|', 'cat']],
  ['ü ß', ['ü', 'ß']],
  [`echo 'a`, undefined],
  ['echo "a', undefined],
  ['echo a\\', undefined],
])('%s', (line, words) => {
  expect(splitWords(line)).toEqual(words);
});

test('reads back what was quoted', () => {
  const words = fc.array(fc.string({ unit: 'binary' }), { minLength: 1 });
  const isSame = fc.property(words, (given) => {
    expect(splitWords(shJoin(given))).toEqual(given);
  });
  fc.assert(isSame);
});
