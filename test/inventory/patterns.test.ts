import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expandNodeSet } from '../../src/inventory/expand-node-set.ts';
import { foldNodeSet } from '../../src/inventory/node-set.ts';
import { selectNodes } from '../../src/inventory/select-nodes.ts';
import { inventoryOf } from './parse.ts';

/** Laws of sets that patterns keep, over parts of every form. */
const inventory = inventoryOf(`
rack1: { hosts: { "pve[1:5]": } }
rack2: { hosts: { "pve[4:9]": , web1.lan: } }
site: { children: { rack1: , rack2: } }
all: { hosts: { lonely: , "n[01:12]": } }
`);

const part = fc.oneof(
  fc.constantFrom('all', 'rack1', 'rack2', 'site', '@rack1', 'pve*', 'pve?', '*.lan', '~pve[1-3]', 'lonely'),
  fc.constantFrom(
    'rack1[0]',
    'rack2[1:3]',
    'rack1[-1]',
    'site[2:]',
    'n[01-12/2]',
    'n[01-03,07]',
    'pve[1-3,7]',
  ),
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 8 }))
    .map(([first, more]) => `pve[${first}-${Math.min(first + more, 9)}]`),
);

function names(pattern: string): readonly string[] {
  const selected = selectNodes(inventory, pattern);
  if (!selected.ok) throw new Error(selected.diagnostics.map(({ message }) => message).join('\n'));
  return selected.value.map(({ name }) => name);
}

const all = names('all');

test('a union has the hosts of both, in whatever order and by whichever separator', () => {
  fc.assert(
    fc.property(part, part, (a, b) => {
      const expected = all.filter((name) => names(a).includes(name) || names(b).includes(name));
      expect(names(`${a}:${b}`)).toEqual(expected);
      expect(names(`${b},${a}`)).toEqual(expected);
      expect(names(`${a}:${a}`)).toEqual(names(a));
    }),
  );
});

test('"&" keeps what is in both, "!" what is not in the other, and both together are the first', () => {
  fc.assert(
    fc.property(part, part, (a, b) => {
      const [kept, left] = [names(`${a}:&${b}`), names(`${a}:!${b}`)];
      expect(kept).toEqual(names(a).filter((name) => names(b).includes(name)));
      expect(left).toEqual(names(a).filter((name) => !names(b).includes(name)));
      expect([...kept, ...left].sort()).toEqual([...names(a)].sort());
      expect(kept).toEqual(names(`${b}:&${a}`));
    }),
  );
});

test('what is left out of all is what the others are, and leaving that out gives the first back', () => {
  fc.assert(
    fc.property(part, part, (a, b) => {
      expect(names(`!${a}`)).toEqual(names(`all:!${a}`));
      expect(names(`all:!${a}:!${b}`)).toEqual(names(`all:!${a}`).filter((name) => !names(b).includes(name)));
      const rest = names(`all:!${a}`);
      expect(names(['all', ...rest.map((name) => `!${name}`)].join(':'))).toEqual(names(a));
    }),
  );
});

test('the node set of any hosts selects these hosts', () => {
  fc.assert(
    fc.property(fc.subarray([...all], { minLength: 1 }), (some) => {
      expect(names(foldNodeSet(some))).toEqual(some);
    }),
  );
});

test('whatever the pattern is, hosts of the inventory come of it or an error that shows it', () => {
  const sign = fc.constantFrom(
    'pve',
    'rack1',
    '[',
    ']',
    '1',
    '-',
    ':',
    ',',
    '/',
    '!',
    '&',
    '~',
    '@',
    '*',
    '(',
    '\\',
    '{',
  );
  fc.assert(
    fc.property(fc.array(sign, { maxLength: 8 }), (signs) => {
      const pattern = signs.join('');
      const selected = selectNodes(inventory, pattern);
      if (selected.ok) expect(selected.value.every(({ name }) => all.includes(name))).toBe(true);
      else expect(selected.diagnostics.every(({ message }) => message.includes(`"${pattern}"`))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['pve[1-3,7]', ['pve1', 'pve2', 'pve3', 'pve7']],
  ['pve[01-12/2]', ['pve01', 'pve03', 'pve05', 'pve07', 'pve09', 'pve11']],
  ['pve[08-11]', ['pve08', 'pve09', 'pve10', 'pve11']],
  ['r[1-2]n[1,3].lan', ['r1n1.lan', 'r1n3.lan', 'r2n1.lan', 'r2n3.lan']],
  ['pve[1:3]', ['pve1', 'pve2', 'pve3']],
  ['rack[a:c]', ['racka', 'rackb', 'rackc']],
  ['pve[!1]', ['pve[!1]']],
  ['pve', ['pve']],
])('%s is %j', (nodeSet, expanded) => {
  expect(expandNodeSet(nodeSet)).toEqual({ names: expanded });
});

test.each(['n[1-999999]', 'n[0-99999][0-9]', 'n[1-99999999999999999999]'])('%s is too much', (nodeSet) => {
  expect(expandNodeSet(nodeSet)).toEqual({ problem: expect.stringMatching(/is more than 100000 names/u) });
});
