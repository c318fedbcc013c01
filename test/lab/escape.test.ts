import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesToText, textToBytes } from '../../lab/src/shell/escape.ts';

it('bytes come back from text as they were', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect([...textToBytes(bytesToText(bytes))]).toEqual([...bytes]);
    }),
  );
});

it('text stays text, and so do the characters that stand for bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(bytesToText(Buffer.from(text))).toBe(text);
    }),
  );
  const clash = Buffer.from('a\uf7ffb');
  expect(textToBytes(bytesToText(clash)).equals(clash)).toBe(true);
});
