import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { toAnsibleJson } from '../../src/inventory/ansible-json.ts';
import { inventoryGraph } from '../../src/inventory/graph.ts';
import { loadInventory } from '../../src/inventory/load-inventory.ts';
import { selectNodes } from '../../src/inventory/select-nodes.ts';

/** Each tree under fixtures/ with arguments for ansible-inventory, and what it printed (fixtures/record). */
const fixtures = fileURLToPath(new URL('fixtures/', import.meta.url));
const trees = readdirSync(fixtures, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => readdirSync(join(fixtures, name)).includes('expected.json'));

test.each(trees)('%s is read as Ansible reads it', async (tree) => {
  const words = readFileSync(join(fixtures, tree, 'arguments'), 'utf8')
    .trim()
    .split(' ');
  const valuesOf = (flag: string) => words.filter((_, index) => words[index - 1] === flag);
  const paths = valuesOf('-i').map((path) => (path.includes(',') ? path : join(fixtures, tree, path)));
  const [playbook] = valuesOf('--playbook-dir');
  const loaded = await loadInventory(
    paths,
    playbook === undefined ? {} : { playbookDirectory: join(fixtures, tree, playbook) },
  );
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join('\n'));
  const expected: unknown = JSON.parse(readFileSync(join(fixtures, tree, 'expected.json'), 'utf8'));
  const read: unknown = JSON.parse(JSON.stringify(toAnsibleJson(loaded.value, loaded.value.nodes)));
  expect(sorted(read)).toEqual(sorted(expected));
  const graph = readFileSync(join(fixtures, tree, 'expected.graph'), 'utf8');
  expect(inventoryGraph(loaded.value, loaded.value.nodes)).toBe(graph);
});

/** The order of hosts and groups, empty groups, and hosts without variables say nothing. */
function sorted(listed: unknown): unknown {
  if (!isMapping(listed)) throw new Error('no list of an inventory');
  const groups = Object.entries(listed).map(([name, group]) => {
    if (!isMapping(group)) throw new Error(`no group ${name}`);
    if (name === '_meta') {
      const hosts = Object.entries(group['hostvars'] ?? {});
      return [name, Object.fromEntries(hosts.filter(([, own]) => Object.keys(own ?? {}).length > 0))];
    }
    const lists = ['hosts', 'children'].map((key) => [key, [group[key] ?? []].flat().map(String).sort()]);
    return [name, Object.fromEntries(lists.filter(([, list]) => (list?.length ?? 0) > 0))];
  });
  return Object.fromEntries(groups.filter(([, group]) => Object.keys(group ?? {}).length > 0));
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const patterns = readFileSync(join(fixtures, 'patterns/expected.tsv'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'));

test.each(patterns)('"%s" names the hosts that it names to Ansible', async (pattern = '', hosts = '') => {
  const loaded = await loadInventory([join(fixtures, 'patterns/hosts')]);
  const selected = loaded.ok ? selectNodes(loaded.value, pattern) : loaded;
  expect(selected.ok && selected.value.map(({ name }) => name).sort()).toEqual(
    hosts
      .split(',')
      .filter((host) => host !== '')
      .sort(),
  );
});
