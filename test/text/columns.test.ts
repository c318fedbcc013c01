import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columns, cut, displayWidth } from '../../src/text/columns.ts';

describe('columns', () => {
  it('aligns all but the last column', () => {
    expect(
      columns([
        ['VMID', 'NAME', 'NODE'],
        ['100', 'web', 'pve1'],
        ['9000', 'template-debian', 'pve12'],
      ]),
    ).toEqual(['VMID  NAME             NODE', '100   web              pve1', '9000  template-debian  pve12']);
  });

  it('counts wide characters twice and combining ones not at all', () => {
    expect(
      columns([
        ['日本', '|'],
        ['gru\u0308\u00dfe', '|'],
        ['한국어', '|'],
        ['🚀', '|'],
        ['👩‍👩‍👧', '|'],
        ['\u001b[31mred\u001b[0m', '|'],
      ]),
    ).toEqual([
      '日本    |',
      'gru\u0308\u00dfe   |',
      '한국어  |',
      '🚀      |',
      '👩‍👩‍👧      |',
      '\u001b[31mred\u001b[0m     |',
    ]);
  });

  it('cuts the last column to the width, never through a wide character', () => {
    expect(
      columns(
        [
          ['a', 'Cannot reach pve1'],
          ['bb', '日本語日本語'],
          ['c', 'fits'],
        ],
        12,
      ),
    ).toEqual(['a   Cannot…', 'bb  日本語…', 'c   fits']);
  });

  it('keeps rows of different lengths and leaves no spaces at the end', () => {
    expect(columns([['a', '', ''], [], ['only'], ['aaa', 'b', 'c']])).toEqual(['a', '', 'only', 'aaa  b  c']);
  });
});

it('never cuts to more than the width asked for', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, width) => {
      expect(displayWidth(cut(text, width))).toBeLessThanOrEqual(width);
    }),
  );
});
