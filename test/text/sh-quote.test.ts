import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shJoin, shQuote } from '../../src/text/sh-quote.ts';

/** What a real shell makes of the words of this text. */
function words(text: string): string[] {
  const output = execFileSync('sh', { input: `printf '%s\\0' ${text}`, encoding: 'utf8' });
  return output.split('\0').slice(0, -1);
}

describe('shQuote', () => {
  test.each([
    'qm',
    '100',
    '--cores',
    'local-lvm:20,discard=on',
    'virtio=BC:24:11:00:00:01,bridge=vmbr0',
    '/etc/pve/nodes/pve1',
    'a@b%c+d',
  ])('leaves %s bare', (word) => {
    expect(shQuote(word)).toBe(word);
  });

  test.each([
    ['', "''"],
    ['two words', "'two words'"],
    ["it's", String.raw`'it'\''s'`],
    ['$HOME', "'$HOME'"],
    ['~root', "'~root'"],
    ['=ls', "'=ls'"],
    ['a\nb', "'a\nb'"],
    ['grüße', "'grüße'"],
  ])('quotes %j', (word, quoted) => {
    expect(shQuote(word)).toBe(quoted);
  });

  test('every argument comes out of a real shell as it went in', () => {
    const sign = fc.constantFrom(...'\'"\\$`!*?[]{}()<>|&;#~=%^-+:,./ \t\r\n'.split(''));
    const argument = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replaceAll('\0', '')),
      fc
        .array(fc.oneof(sign, fc.constantFrom('a', '1', 'ü', '€')), { maxLength: 12 })
        .map((signs) => signs.join('')),
    );
    fc.assert(
      fc.property(fc.array(argument, { minLength: 200, maxLength: 300 }), (argv) => {
        expect(words(argv.map(shQuote).join(' '))).toEqual(argv);
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });
});

describe('shJoin', () => {
  test('quotes only what needs it', () => {
    expect(shJoin(['qm', 'set', '100', '--description', 'two words', '-net0', 'virtio,bridge=vmbr0'])).toBe(
      "qm set 100 --description 'two words' -net0 virtio,bridge=vmbr0",
    );
  });

  test.each([['A=b'], ['if'], ['time'], ['~/x'], ['']])(
    '%j as a command is neither assignment nor keyword',
    (word) => {
      expect(shJoin([word])).toBe(`'${word}'`);
    },
  );
});
