import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseGuestSelector, selectGuests } from '../../src/inventory/guest-selector.ts';

const guests = [
  { vmid: 100, name: 'web1', tags: ['web', 'prod'], pool: 'shop', node: 'pve1' },
  { vmid: 101, name: 'web2', tags: ['web'], node: 'pve-2' },
  { vmid: 105, name: 'db', tags: [], pool: 'shop/db', node: 'pve1' },
  { vmid: 200, node: 'pve-2' },
];

function select(text: string): readonly number[] | string {
  const selector = parseGuestSelector(text);
  const found = selector.ok ? selectGuests(selector.value, guests) : selector;
  return found.ok
    ? found.value.map(({ vmid }) => vmid)
    : found.diagnostics.map(({ message }) => message).join('\n');
}

describe('a selector of guests', () => {
  test.each<[string, readonly number[]]>([
    ['100', [100]],
    ['100:105', [100, 101, 105]],
    ['web*', [100, 101]],
    ['db', [105]],
    ['@all', [100, 101, 105, 200]],
    ['@pool-shop', [100]],
    ['@pool-shop*', [100, 105]],
    ['@tag-web', [100, 101]],
    ['@node-pve-2', [101, 200]],
    ['200, 100', [100, 200]],
    ['@tag-web,-101', [100]],
    ['-@node-pve1', [101, 200]],
    ['-web*,-200', [105]],
    ['@all,-999', [100, 101, 105, 200]],
  ])('%s', (text, vmids) => {
    expect(select(text)).toEqual(vmids);
  });

  test.each([
    ['', 'Cannot select guests by "": it is empty; wanted is a VMID (100), '],
    ['999', 'Cannot select guests by "999": no guest is "999"'],
    ['wbe1', 'Cannot select guests by "wbe1": no guest is "wbe1"; did you mean "web1"?'],
    ['@tag-wbe', 'Cannot select guests by "@tag-wbe": no guest is "@tag-wbe"; did you mean "@tag-web"?'],
    ['105:100', 'Cannot select guests by "105:100": "105:100" ends before it begins; "100:105" is wanted'],
    ['@tags-x', 'Cannot select guests by "@tags-x": there is no "@tags-x"'],
    ['100,-', 'Cannot select guests by "100,-": "-" leaves nothing out; '],
  ])('%j is refused', (text, message) => {
    expect(select(text)).toContain(message);
  });

  test('what a part means and leaves out again is nobody', () => {
    fc.assert(
      fc.property(fc.constantFrom('100', 'web*', '@tag-web', '@pool-shop', '@node-pve1', '@all'), (part) => {
        expect(select(`${part},-${part}`)).toContain('it leaves out all that it means');
      }),
    );
  });
});

test('a node that is known to be there may have no guests', () => {
  const selector = parseGuestSelector('@node-pve3');
  if (!selector.ok) throw new Error('not read');
  expect(selectGuests(selector.value, guests, new Set(['@node-pve3']))).toMatchObject({
    ok: true,
    value: [],
  });
  expect(selectGuests(selector.value, guests)).toMatchObject({ ok: false });
});
