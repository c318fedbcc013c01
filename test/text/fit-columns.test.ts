import fc from 'fast-check';
import { expect, it } from 'vitest';
import { columns, displayWidth } from '../../src/text/columns.ts';
import { fitColumns, isTooWide } from '../../src/text/fit-columns.ts';

it('cuts the widest cells, and of paths and volumes the start', () => {
  const rows = [
    ['KIND', 'PLACE', 'TEXT'],
    ['vm', '/etc/pve/nodes/pve1/qemu-server/100.conf:2', 'scsi0: local-lvm:vm-100-disk-0'],
  ];
  expect(columns(fitColumns(rows, 50))).toEqual([
    'KIND  PLACE                  TEXT',
    'vm    …mu-server/100.conf:2  scsi0: local-lvm:vm-…',
  ]);
});

it('leaves alone what fits, and what can not be made to', () => {
  const narrow = [['a', 'b']];
  expect(fitColumns(narrow, 80)).toEqual(narrow);
  const many = [Array.from({ length: 20 }, () => 'many columns')];
  expect(fitColumns(many, 80)).toEqual(many);
});

it('fits whatever the cells are, or cuts nothing', () => {
  const rows = fc.array(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 }));
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 100 }), (cells, width) => {
      const lines = cells.map((row) => row.map((cell) => cell.replaceAll(/[\p{Cc}]/gu, '')));
      const fitted = fitColumns(lines, width);
      expect(!isTooWide(fitted, width) || fitted === lines).toBe(true);
      expect(columns(fitted).every((line) => displayWidth(line) <= width) || fitted === lines).toBe(true);
    }),
  );
});
