import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pythonLiteral } from '../../src/inventory/python-literal.ts';

/** What Ansible makes of values is recorded under fixtures/ini-values; here is what is between. */
test.each([
  ['1', 1],
  ['-0', 0],
  ['1_0', 10],
  ['0b11', 3],
  ['1.', 1],
  ['- 5', -5],
  ['"a" \'b\'', 'ab'],
  [`'''a'b'''`, "a'b"],
  [String.raw`'\x41\u00e9\U0001f600\101\q'`, String.raw`Aé😀A\q`],
  ['(1,)', [1]],
  ['()', []],
  ['[1, [2, {"a": (3, 4)}],]', [1, [2, { a: [3, 4] }]]],
  ['{1: 2}', { '1': 2 }],
  ['{"__proto__": 1}', JSON.parse('{"__proto__": 1}')],
  ['5 # five', 5],
  [' None ', null],
])('%j is a literal', (text, value) => {
  expect(pythonLiteral(text)).toEqual({ value });
});

test.each([
  '',
  'a',
  'true',
  '1a',
  '1.2.3',
  '01',
  '1__0',
  '12345678901234567890',
  '1j',
  "b'x'",
  '[1',
  '[1 2]',
  '[,]',
  '{1}',
  '{1:}',
  '{"a" 1}',
  "'a",
  "'a' b",
  '1e999',
  'None1',
  '--1',
  '{1, 2}',
  String.raw`'\N{BULLET}'`,
])('%j is text', (text) => {
  expect(pythonLiteral(text)).toBeUndefined();
});

test('JSON texts, numbers and lists are literals of the same value', () => {
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.integer(),
      fc.stringMatching(/^[ -~]*$/u),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/u), tie('value'), { maxKeys: 3 }),
    ),
  })).value;
  fc.assert(
    fc.property(value, (given) => {
      expect(pythonLiteral(JSON.stringify(given))).toEqual({ value: JSON.parse(JSON.stringify(given)) });
    }),
  );
});

test('no text makes it throw', () => {
  const signs = fc.constantFrom(
    '[',
    ']',
    '{',
    '}',
    '(',
    ')',
    ',',
    ':',
    '"',
    "'",
    '\\',
    '1',
    '-',
    '.',
    'e',
    'None',
    ' ',
    '#',
    'x',
    'u',
  );
  fc.assert(fc.property(fc.array(signs, { maxLength: 12 }), (parts) => void pythonLiteral(parts.join(''))));
});
