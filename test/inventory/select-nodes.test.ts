import { expect, test } from 'vitest';
import { withLocalhost } from '../../src/inventory/localhost.ts';
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
  ['pve[1-3]', ['pve1', 'pve2', 'pve3']],
  ['pve[1,3]', ['pve1', 'pve3']],
  ['pve[1-3/2]', ['pve1', 'pve3']],
  ['pve[2]', ['pve2']],
  ['pve[1:2]', ['pve1', 'pve2']],
  ['rack[1-2]', ['pve1', 'pve2', 'pve3', 'pve.old']],
  ['@rack1', ['pve1', 'pve2']],
  ['@rack[1-2]:!pve[2-3]', ['pve1', 'pve.old']],
  ['@site[0]', ['pve1']],
  ['rack1[:0]', ['pve1']],
  ['~PVE', undefined],
  ['~(?i)PVE[12]$', ['pve1', 'pve2']],
  ['~pve\\d{1,2}$', ['pve1', 'pve2', 'pve3']],
  ['a*', undefined],
])('%s', (pattern, names) => {
  const selected = selectNodes(inventory, pattern);
  expect(selected.ok ? selected.value.map(({ name }) => name) : undefined).toEqual(names);
});

test.each([
  ['pve4', 'no host and no group is called "pve4"; did you mean "pve1"?'],
  ['rakc1', 'no host and no group is called "rakc1"; did you mean "rack1"?'],
  ['web*', 'no host and no group is called "web*"'],
  ['pve1:', 'a name between its separators is empty'],
  ['', 'a name between its separators is empty'],
  ['@pve1', 'no group is called "pve1"'],
  ['pve[1-5]', 'no host and no group is called "pve[4-5]"'],
  ['pve[3-1]', '[3-1] ends before it starts'],
  ['pve[1-9/0]', 'the step of [1-9/0] is 0; a number from 1 on is wanted'],
  ['pve[1-3', 'a bracket has no partner'],
  ['~pve(', 'a bracket has no partner'],
  ['~*', '"*" is no regular expression'],
  ['~xyz', 'no host and no group begins with what "~xyz" describes'],
  ['rack1[2]', '"rack1" has 2 hosts and none at [2]; positions count from 0'],
  ['all:!pve9', 'no host and no group is called "pve9"; did you mean "pve1"?'],
  ['all:&', 'a name between its separators is empty'],
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

test('a dash is a node set where a group has that name, a colon and one number are positions in it', () => {
  const clash = inventoryOf('pve: { hosts: { pve3: , pve2: , pve1: } }');
  const select = (pattern: string) => {
    const selected = selectNodes(clash, pattern);
    return selected.ok && selected.value.map(({ name }) => name);
  };
  expect(select('pve[1-2]')).toEqual(['pve2', 'pve1']);
  expect(select('pve[1:2]')).toEqual(['pve2', 'pve1']);
  expect(select('pve[1]')).toEqual(['pve2']);
  expect(select('pve[0]')).toEqual(['pve3']);
});

test.each([
  ['localhost', ['localhost']],
  ['127.0.0.1', ['127.0.0.1']],
  ['localhost:all', ['pve1', 'pve2', 'pve3', 'pve.old', 'localhost']],
  ['all:!localhost', ['pve1', 'pve2', 'pve3', 'pve.old']],
  ['*o*', ['pve.old']],
  ['~.*l', ['pve.old']],
  ['ungrouped', []],
  ['local*', undefined],
])('this machine is named by its own name alone: %s', (pattern, names) => {
  const hosts = withLocalhost({ inventory, nodes: inventory.nodes }, ['localhost', '127.0.0.1'], '/');
  const selected = selectNodes(hosts.inventory, pattern);
  expect(selected.ok ? selected.value.map(({ name }) => name) : undefined).toEqual(names);
});
