import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import { errorsOf, inventoryOf } from './parse.ts';

function variablesOf(text: string): Record<string, unknown> {
  return Object.fromEntries(inventoryOf(text).nodes.map(({ name, variables }) => [name, variables]));
}

describe('groups and hosts', () => {
  test('a host is in its groups and in theirs, all first, parents before children', () => {
    const { nodes, groups } = inventoryOf(`
site:
  children:
    rack1: { hosts: { pve1: , pve2: } }
    rack2: { hosts: { pve3: } }
backup: { hosts: { pve3: } }
all: { hosts: { lonely: } }
`);
    expect(nodes.map(({ name, groups: its }) => [name, its])).toEqual([
      ['pve1', ['all', 'site', 'rack1']],
      ['pve2', ['all', 'site', 'rack1']],
      ['pve3', ['all', 'backup', 'site', 'rack2']],
      ['lonely', ['all', 'ungrouped']],
    ]);
    expect(groups.find(({ name }) => name === 'all')?.children).toEqual(['ungrouped', 'site', 'backup']);
  });

  test('a range stands for several hosts, each with the variables written there', () => {
    expect(variablesOf('all: { hosts: { "pve[1:2]": { rack: 7 }, pve2: { rack: 8 } } }')).toEqual({
      pve1: { rack: 7 },
      pve2: { rack: 8 },
    });
  });

  test('a port may follow a name or a range, as in INI', () => {
    expect(variablesOf('all: { hosts: { "pve[1:2]:2222": , pve3: } }')).toEqual({
      pve1: { ansible_port: 2222 },
      pve2: { ansible_port: 2222 },
      pve3: {},
    });
  });

  test('one host or one group may stand as a text', () => {
    const { groups } = inventoryOf('a: { hosts: pve1, children: b }');
    expect(groups.find(({ name }) => name === 'a')).toMatchObject({ hosts: ['pve1'], children: ['b'] });
  });

  test('merge keys, yes and no as booleans, addresses and times as text', () => {
    expect(
      variablesOf(`
a:
  vars: { base: &base { x: 1, y: 2 }, merged: { <<: *base, y: 3 } }
  hosts: { pve1: { up: yes, down: no, never: never, mac: 52:54:00:12:34:56, time: 12:30, raw: !unsafe "{{ x }}" } }
`),
    ).toEqual({
      pve1: {
        base: { x: 1, y: 2 },
        merged: { x: 1, y: 3 },
        up: true,
        down: false,
        never: 'never',
        mac: '52:54:00:12:34:56',
        time: '12:30',
        raw: '{% raw %}{{ x }}{% endraw %}',
      },
    });
  });

  test('an empty file is an inventory without hosts', () => {
    expect(inventoryOf('# nothing yet\n').nodes).toEqual([]);
  });
});

describe('precedence', () => {
  test('all < parent < child < host, wherever they are written', () => {
    const variables = variablesOf(`
child: { vars: { a: child, b: child, c: child }, hosts: { pve1: { a: host } } }
parent: { children: { child: }, vars: { b: parent, c: parent, d: parent } }
all: { vars: { d: all, e: all } }
`);
    expect(variables).toEqual({ pve1: { a: 'host', b: 'child', c: 'child', d: 'parent', e: 'all' } });
  });

  test('among equals the last by name wins', () => {
    expect(variablesOf('b: { hosts: { x: }, vars: { v: b } }\na: { hosts: { x: }, vars: { v: a } }')).toEqual(
      { x: { v: 'b' } },
    );
  });

  test('ansible_group_priority comes before the name', () => {
    const text =
      'b: { hosts: { x: }, vars: { v: b } }\na: { hosts: { x: }, vars: { v: a, ansible_group_priority: 10 } }';
    expect(variablesOf(text)).toEqual({ x: { v: 'a' } });
  });

  test('the deeper group wins over a shallower one, by the longest way', () => {
    const text =
      'z: { hosts: { x: }, vars: { v: shallow } }\na: { children: { b: { hosts: { x: }, vars: { v: deep } } } }';
    expect(variablesOf(text)).toEqual({ x: { v: 'deep' } });
  });

  test('a variable is replaced whole, never merged', () => {
    expect(variablesOf('all: { vars: { v: { a: 1 } }, hosts: { x: { v: { b: 2 } } } }')).toEqual({
      x: { v: { b: 2 } },
    });
  });
});

describe('errors', () => {
  test('all of a file at once, each with its place and the nearest right word', () => {
    const errors = errorsOf(`site:
  hsots:
    pve1:
  vars: 7
  children:
    rack1: { hosts: [pve1] }
    rack2: { hosts: { "pve[3:1]": , "pve9:99999": , "a b": } }
  pve4:
`);
    expect(errors).toEqual([
      'hosts.yml:2:3 Cannot read group "site": there is no key "hsots" in a group, only hosts, children and vars; did you mean "hosts"?',
      'hosts.yml:4:3 Cannot read vars of group "site": it is 7; a mapping is wanted',
      'hosts.yml:6:14 Cannot read hosts of group "rack1": it is a list; a mapping is wanted',
      'hosts.yml:7:23 Cannot read host "pve[3:1]": [3:1] ends before it starts',
      'hosts.yml:7:37 Cannot read host "pve9:99999": its port is 99999; one from 1 to 65535 is wanted',
      'hosts.yml:7:53 Cannot read host "a b": the name holds " ", which patterns could not tell from their own signs',
      'hosts.yml:8:3 Cannot read group "site": there is no key "pve4" in a group, only hosts, children and vars',
    ]);
  });

  test('a name given twice', () => {
    expect(errorsOf('all:\n  hosts:\n    pve1:\n    pve1:\n')).toEqual([
      'hosts.yml:4:5 Cannot read hosts.yml: the key "pve1" is given twice, first at hosts.yml:3:5',
    ]);
  });

  test('a group that is its own child', () => {
    expect(errorsOf('a: { children: { b: { children: { a: } } } }')).toEqual([
      'hosts.yml:1:1 Cannot read group "a": it is a child of itself (a > b > a)',
    ]);
  });

  test('an empty name, a name that is no variable', () => {
    expect(errorsOf('all: { hosts: { "": }, vars: { no-dash: 1 } }')).toEqual([
      'hosts.yml:1:17 Cannot read host "": the name is empty',
      'hosts.yml:1:32 Cannot read variable "no-dash": it is no variable name; letters, digits and "_" are wanted',
    ]);
  });

  test('an inventory plugin, and a list of hosts', () => {
    expect(errorsOf('plugin: community.general.proxmox\n')).toEqual([
      'hosts.yml:1:1 Cannot read the inventory: it configures an inventory plugin, which pvefleet does not support yet; hosts are wanted',
    ]);
    expect(errorsOf('- pve1\n')).toEqual([
      'hosts.yml:1:1 Cannot read the inventory: it is a list; groups with hosts, children and vars are wanted',
    ]);
  });

  test('whatever the file holds, it is an inventory or an error with its place', () => {
    const key = fc.oneof(
      fc.constantFrom('all', 'hosts', 'children', 'vars', 'ansible_port', '__proto__', 'pve[1:2]'),
      fc.string(),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        fc.constantFrom(null, 'x', 22, true),
        fc.dictionary(key, tie('tree')),
        fc.array(tie('tree'), { maxLength: 2 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const parsed = parseInventory(JSON.stringify(value), 'hosts.yml');
        const sound = parsed.ok
          ? parsed.value.nodes.every(({ groups }) => groups[0] === 'all')
          : parsed.diagnostics.every(({ at }) => at?.file === 'hosts.yml');
        expect(sound).toBe(true);
      }),
    );
  });
});
