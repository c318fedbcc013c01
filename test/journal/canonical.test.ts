import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical, isCanonical } from '../../src/journal/canonical.ts';

test('keys are sorted by UTF-16 code units, numbers and texts as ECMAScript writes them (RFC 8785, 3.2.3)', () => {
  const value = { '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 };
  expect(canonical(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
  expect(canonical([1e30, 4.5, 2e-3, 1e-27, -0])).toBe('[1e+30,4.5,0.002,1e-27,0]');
  expect(canonical({ b: undefined, a: [undefined, null] })).toBe('{"a":[null,null]}');
});

test('what JSON cannot say is a bug', () => {
  expect(() => canonical({ a: Number.NaN })).toThrow('JSON has no NaN');
  expect(() => canonical(1n)).toThrow('JSON has no bigint');
});

test('it is JSON of the same value, and the same text whatever the order of keys', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const text = canonical(value);
      expect(canonical(JSON.parse(text))).toBe(text);
      expect(canonical(shuffled(value))).toBe(text);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(isCanonical(text, JSON.parse(text))).toBe(true);
    }),
  );
});

test('any other text of the value is told from it', () => {
  expect(isCanonical('{"b":1,"a":2}', { b: 1, a: 2 })).toBe(false);
  expect(isCanonical('{"a": 2}', { a: 2 })).toBe(false);
  expect(isCanonical('{"10":1,"9":2}', { '10': 1, '9': 2 })).toBe(true);
  expect(isCanonical('{"9":2,"10":1}', { '10': 1, '9': 2 })).toBe(false);
});

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inside]) => [key, shuffled(inside)]),
  );
}
