import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createByteMask, createMask, maskValue } from '../../src/text/mask.ts';

test('a secret is masked as it is, in JSON and in shell quotes', () => {
  const mask = createMask(['it\'s "x"']);
  expect(mask(`a it's "x" b ${JSON.stringify('it\'s "x"')} 'it'\\''s "x"'`)).toBe(
    'a ******** b "********" \'********\'',
  );
});

test('the longer of two secrets goes first, and none is left in part', () => {
  expect(createMask(['abcd', 'abcdefgh'])('abcdefgh abcd abcde')).toBe('******** ******** ********e');
});

test('short ones are let be in text, and hidden in values', () => {
  const secrets = new Set(['no', '7', 'long secret']);
  expect(createMask(secrets)('no 7 a long secret')).toBe('no 7 a ********');
  expect(maskValue({ a: 'no', b: [7, 8, 'say long secret'], c: true, no: null }, secrets)).toEqual({
    a: '********',
    b: ['********', 8, 'say ********'],
    c: true,
    no: null,
  });
});

test('no text that is masked holds a secret', () => {
  const secret = fc
    .string({ minLength: 4, maxLength: 12 })
    .filter((text) => text.trim().length >= 4 && !/^\*+$/u.test(text));
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (hidden, before, after) => {
      fc.pre(!`${before}********${after}`.includes(hidden));
      expect(createMask([hidden])(before + hidden + after)).not.toContain(hidden);
    }),
  );
});

test('bytes that are no text are kept', () => {
  const bytes = Buffer.concat([Buffer.from([0xff, 0x00, 0xfe]), Buffer.from('grüße!'), Buffer.from([0xc3])]);
  expect(createByteMask(['grüße'])(bytes)).toEqual(
    Buffer.concat([Buffer.from([0xff, 0x00, 0xfe]), Buffer.from('********!'), Buffer.from([0xc3])]),
  );
});
