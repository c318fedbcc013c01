import { expect, test } from 'vitest';
import { selectNodes } from '../../src/inventory/select-nodes.ts';
import { inventoryOf } from './parse.ts';

const inventory = inventoryOf(`
site:
  children:
    rack1: { hosts: { "pve[1:2]": } }
    rack2: { hosts: { pve3: , pve.old: } }
empty:
`);

test.each([
  ['all', ['pve1', 'pve2', 'pve3', 'pve.old']],
  ['*', ['pve1', 'pve2', 'pve3', 'pve.old']],
  ['pve2', ['pve2']],
  ['rack2', ['pve3', 'pve.old']],
  ['site', ['pve1', 'pve2', 'pve3', 'pve.old']],
  ['pve?', ['pve1', 'pve2', 'pve3']],
  ['pve.*', ['pve.old']],
  ['rack*', ['pve1', 'pve2', 'pve3', 'pve.old']],
  ['pve3:pve1', ['pve1', 'pve3']],
  ['pve3, rack1,pve1', ['pve1', 'pve2', 'pve3']],
  ['empty', []],
])('%s', (pattern, names) => {
  const selected = selectNodes(inventory, pattern);
  expect(selected.ok && selected.value.map(({ name }) => name)).toEqual(names);
});

test.each([
  ['pve4', 'no host and no group is called "pve4"; did you mean "pve1"?'],
  ['rakc1', 'no host and no group is called "rakc1"; did you mean "rack1"?'],
  ['web*', 'no host and no group is called "web*"'],
  ['pve1:', 'a name between its separators is empty'],
  ['', 'a name between its separators is empty'],
  ['all:!pve1', '"!" in patterns is not supported yet; names, groups and globs are wanted'],
  ['site:&rack1', '"&" in patterns is not supported yet; names, groups and globs are wanted'],
  ['~pve.*', '"~" in patterns is not supported yet; names, groups and globs are wanted'],
  ['pve[1:3]', 'ranges in patterns are not supported yet; names, groups and globs are wanted'],
])('%s is refused', (pattern, problem) => {
  const selected = selectNodes(inventory, pattern, { file: 'site.yml', line: 1, column: 10 });
  expect(!selected.ok && selected.diagnostics).toMatchObject([
    {
      message: `Cannot select hosts by "${pattern}": ${problem}`,
      at: { file: 'site.yml', line: 1, column: 10 },
      trouble: 'invalid',
    },
  ]);
});

test('every wrong name of a pattern is told', () => {
  const selected = selectNodes(inventory, 'foo:pve1:bar');
  expect(!selected.ok && selected.diagnostics).toHaveLength(2);
});
