import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldNodeSet } from '../../src/inventory/node-set.ts';

test.each([
  [[], ''],
  [['pve7'], 'pve7'],
  [['pve3', 'pve1', 'pve2', 'pve7'], 'pve[1-3,7]'],
  [['pve01', 'pve02', 'pve03'], 'pve[01-03]'],
  [['pve08', 'pve09', 'pve10', 'pve11'], 'pve[08-11]'],
  [['pve1', 'pve01', 'pve2', 'pve02'], 'pve[1-2,01-02]'],
  [['pve9', 'pve10', 'pve2'], 'pve[2,9-10]'],
  [['pve1', 'backup', 'pve2', 'db1'], 'backup,db1,pve[1-2]'],
  [['pve1.lan', 'pve2.lan', 'pve1.wan'], 'pve[1-2].lan,pve1.wan'],
  [['r1n1', 'r1n2', 'r2n1', 'r2n2', 'r2n3'], 'r1n[1-2],r2n[1-3]'],
  [['n1.rack7', 'n2.rack7', 'n3.rack7'], 'n[1-3].rack7'],
  [['pve1', 'pve1'], 'pve1'],
])('%j is %s', (names, folded) => {
  expect(foldNodeSet(names)).toBe(folded);
});

test('what is folded expands to the same names', () => {
  const number = fc.oneof(
    fc.integer({ min: 0, max: 12 }).map(String),
    fc.integer({ min: 0, max: 12 }).map((value) => String(value).padStart(2, '0')),
    fc.bigInt({ min: 0n, max: 10n ** 18n }).map(String),
  );
  const name = fc.tuple(
    fc.constantFrom('pve', 'n-', ''),
    number,
    fc.constantFrom('', '.lan', '-r'),
    fc.oneof(fc.constant(''), number),
  );
  fc.assert(
    fc.property(
      fc.uniqueArray(
        name.map((parts) => parts.join('')),
        { maxLength: 60 },
      ),
      (names) => {
        expect(expand(foldNodeSet(names)).sort()).toEqual([...names].sort());
      },
    ),
  );
});

/** What clush makes of a node set with one pair of brackets a name. */
function expand(nodeSet: string): string[] {
  return nodeSet.split(/,(?![^[]*\])/u).flatMap((part) => {
    const [, before = '', ranges, after = ''] = /^([^[]*)(?:\[(.*)\](.*))?$/u.exec(part) ?? [];
    if (ranges === undefined) return part === '' ? [] : [part];
    return ranges.split(',').flatMap((range) => {
      const [first = '', last = first] = range.split('-');
      const values = [];
      for (let value = BigInt(first); value <= BigInt(last); value++) {
        values.push(
          `${before}${String(value).padStart(first.startsWith('0') ? first.length : 0, '0')}${after}`,
        );
      }
      return values;
    });
  });
}
