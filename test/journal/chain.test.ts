import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkText } from '../../src/journal/check-chain.ts';
import { chainStart, writeRecord } from '../../src/journal/record.ts';

function linesOf(texts: readonly string[]): readonly string[] {
  let end = chainStart;
  return texts.map((text) => {
    const written = writeRecord(end, '2026-01-01T00:00:00Z', { type: 'diagnostic', text });
    ({ end } = written);
    return written.line;
  });
}

const whole = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

describe('a chain', () => {
  test('is good as it was written, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (texts) => {
        const { records, checked } = checkText(whole(linesOf(texts)));
        expect(checked).toEqual({ records: texts.length, head: records.at(-1)?.sha256 });
        expect(records.map(({ event }) => event)).toEqual(
          texts.map((text) => ({ type: 'diagnostic', text: JSON.parse(JSON.stringify(text)) as string })),
        );
      }),
    );
  });

  test('with any one character changed is bad at that record, and good before it', () => {
    const lines = linesOf(['one', 'two', 'three', 'four']);
    const text = whole(lines);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
        fc.pre(text[at] !== character && text[at] !== '\n');
        const line = text.slice(0, at).split('\n').length;
        const { checked } = checkText(text.slice(0, at) + character + text.slice(at + 1));
        expect(checked.flaw?.line).toBe(line);
        expect(checked.records).toBe(line - 1);
      }),
    );
  });

  test('without a record, with two exchanged, or one put in twice is bad there', () => {
    const lines = linesOf(['one', 'two', 'three', 'four', 'five']);
    const at = (...order: readonly number[]) =>
      checkText(whole(order.map((index) => lines[index] ?? ''))).checked.flaw;
    expect(at(0, 1, 3, 4)).toEqual({ line: 3, what: 'this is record 3; record 2 is missing before it' });
    expect(at(0, 4)).toEqual({ line: 2, what: 'this is record 4; records 1 to 3 are missing before it' });
    expect(at(0, 2, 1, 3, 4)?.line).toBe(2);
    expect(at(0, 1, 1, 2)).toEqual({
      line: 3,
      what: 'this is record 1; record 2 is wanted here: it was moved or put in twice',
    });
  });

  test('whose record was written anew with a right hash is bad at the next one', () => {
    const lines = [...linesOf(['one', 'two', 'three'])];
    lines[1] = linesOf(['one', 'forged'])[1] ?? '';
    expect(checkText(whole(lines)).checked.flaw).toEqual({
      line: 3,
      what: 'this record follows another one than that before it, which was replaced',
    });
  });

  test('that ends in the middle of a line was cut off there, which is no flaw', () => {
    const text = whole(linesOf(['one', 'two']));
    fc.assert(
      fc.property(fc.nat(text.length), (length) => {
        const { checked } = checkText(text.slice(0, length));
        expect(checked.flaw).toBeUndefined();
        const lines = text.slice(0, length).split('\n');
        expect(checked.records).toBe(lines.length - 1);
        expect(checked.cutLine).toBe(lines.at(-1) === '' ? undefined : lines.length);
      }),
    );
  });

  test('of other JSON with a right hash is not taken', () => {
    const { line } = writeRecord(chainStart, 'now', { type: 'x' });
    expect(
      checkText(`${line.replace('"event":{"type":"x"}', '"event":{"type":"y"}')}\n`).checked.flaw?.what,
    ).toBe('this record was changed: its text has another hash than it says');
    expect(checkText('{}\n').checked.flaw?.what).toBe('this record has no hash');
  });
});
