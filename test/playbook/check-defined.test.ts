import { expect, test } from 'vitest';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import { checkDefined } from '../../src/playbook/check-defined.ts';
import { parsePlaybook } from '../../src/playbook/load.ts';
import { playHosts } from '../../src/playbook/play-hosts.ts';
import { valueOf } from './run-on-lab.ts';

const INVENTORY = `all:
  hosts: { pve1: { only_one: 1 }, pve2: { through: "{{ nowhere }}" } }
  vars: { port: 8006, address: "https://{{ inventory_hostname }}:{{ port }}" }
`;

/** What is complained of, as "line: name", in a play for all hosts whose tasks (and more) these lines are. */
function missing(text: string, extraVars = {}, only: readonly string[] = []): readonly string[] {
  const lines = text.startsWith('  ') && !text.startsWith('    ') ? text : `  tasks:\n${text}`;
  const playbook = valueOf(parsePlaybook(`- hosts: all\n${lines}`, 'site.yml'));
  const inventory = valueOf(parseInventory(INVENTORY, 'lab.yml'));
  const hosts = valueOf(playHosts(playbook, inventory, inventory.nodes, extraVars));
  const tags = { only, skip: [] };
  return checkDefined(playbook, { inventory, hosts, extraVars, tags }).map(
    ({ at, message }) => `${at?.line}: ${/"(?<name>\w+)" is not defined/u.exec(message)?.groups?.['name']}`,
  );
}

test.each<[string, string, readonly string[]]>([
  ['in an argument', '    - debug: { msg: "{{ nope }}" }\n', ['3: nope']],
  ['in a condition', '    - debug:\n      when: nope == 1\n', ['4: nope']],
  ['in a loop', '    - debug:\n      loop: "{{ nope }}"\n', ['4: nope']],
  ['item without a loop', '    - debug: { msg: "{{ item }}" }\n', ['3: item']],
  ['in an assertion', '    - assert: { that: ["port > 1", "nope"] }\n', ['3: nope']],
  ['in a keyword', '    - command: uptime\n      become_user: "{{ nope }}"\n', ['4: nope']],
  [
    'by way of a variable of the play',
    '  vars: { a: "{{ nope }}" }\n  tasks:\n    - debug: { msg: "{{ a }}" }\n',
    ['4: nope'],
  ],
  ['by way of one of the inventory', '    - debug: { msg: "{{ through }}" }\n', ['3: nowhere']],
  [
    'in the part of a text that is looked at',
    '    - debug: { msg: "{{ nope if port else 1 }}" }\n',
    ['3: nope'],
  ],
  ['by a lookup', `    - debug: { msg: "{{ lookup('vars', 'nope') }}" }\n`, ['3: nope']],
  [
    'in an argument of a lookup',
    `    - debug: { msg: "{{ query('file', '{{ nope }}/x') }}" }\n`,
    ['3: nope'],
  ],
  ['in what a loop looks up', '    - debug:\n      with_dict: "{{ nope }}"\n', ['4: nope']],
  ['in a handler', '  handlers:\n    - { name: h, command: "x {{ nope }}" }\n', ['3: nope']],
  ['in both at once', '    - debug: { msg: "{{ a }} {{ b }}" }\n', ['3: a', '3: b']],
  [
    'a fact that there is not, and one with gather_facts off',
    '  gather_facts: false\n  tasks:\n    - debug: { msg: "{{ ansible_hostname }} {{ pve }}" }\n',
    ['4: ansible_hostname'],
  ],
])('a variable that nothing defines, %s', (_, text, wanted) => {
  expect(missing(text)).toEqual(wanted);
});

test.each<[string, string]>([
  [
    'what a lookup does without',
    `    - debug: { msg: "{{ lookup('vars', 'nope', default=1) }} {{ q('varnames', 'nope') }} {{ lookup('env', 'nope') }}" }\n`,
  ],
  [
    'names that with_first_found passes over',
    '    - debug: { msg: x }\n      with_first_found: ["{{ nope }}.yml", a.yml]\n',
  ],
  [
    'an inventory variable, of one host alone too',
    '    - debug: { msg: "{{ port }} {{ address }} {{ only_one }}" }\n',
  ],
  [
    'a fact, pve, magic',
    '    - debug: { msg: "{{ ansible_hostname }} {{ ansible_facts.kernel }} {{ pve.cluster }} {{ groups.all }} {{ hostvars }} {{ omit }}" }\n',
  ],
  ['default', '    - debug: { msg: "{{ nope | default(1) }} {{ (nope.deep | d([])) | length }}" }\n'],
  ['is defined', '    - debug: { msg: "{{ nope if nope is defined else 1 }}" }\n'],
  ['is defined in a condition', '    - debug: { msg: "{{ nope }}" }\n      when: nope is defined\n'],
  ['a part that is never looked at', '    - debug: { msg: "{{ nope if not port else 1 }}" }\n'],
  ['a condition that is false already', '    - debug: { msg: "{{ nope }}" }\n      when: port == 1\n'],
  [
    'a condition on a system that is none of these',
    '    - debug: { msg: "{{ nope }}" }\n      when: ansible_os_family == "RedHat"\n',
  ],
  ['a block whose condition is', '    - when: port == 1\n      block: [{ debug: { msg: "{{ nope }}" } }]\n'],
  [
    'register, also of a later task',
    '    - debug: { msg: "{{ out.rc }}" }\n      when: out is defined\n    - command: uptime\n      register: out\n',
  ],
  [
    'set_fact, by words too',
    '    - set_fact: { a: 1 }\n    - set_fact: b=2\n    - debug: { msg: "{{ a }} {{ b }}" }\n',
  ],
  [
    'an include by a template: anything',
    '    - include_tasks: "{{ port }}.yml"\n    - debug: { msg: "{{ nope }}" }\n',
  ],
  [
    'vars of a task and a block',
    '    - vars: { a: 1 }\n      block: [{ debug: { msg: "{{ a }} {{ b }}" }, vars: { b: 2 } }]\n',
  ],
  [
    'item, index and another name',
    '    - debug: { msg: "{{ item }}" }\n      loop: [1]\n    - debug: { msg: "{{ x }} {{ i }}" }\n      loop: [1]\n      loop_control: { loop_var: x, index_var: i }\n',
  ],
  [
    'names that the template makes',
    '    - debug: { msg: "{% for a, b in [] %}{{ a }}{{ b }}{{ loop.index }}{% endfor %}{% set c = 1 %}{{ c }}" }\n',
  ],
  [
    'a failure that is ignored or rescued',
    '    - command: "{{ nope }}"\n      ignore_errors: true\n    - block: [{ command: "{{ nope }}" }]\n      rescue: [{ debug: { msg: "{{ ansible_failed_result.msg }}" } }]\n',
  ],
  ['debug var, which says so', '    - debug: { var: nope }\n'],
  ['vars_prompt', '  vars_prompt: [{ name: asked }]\n  tasks: [{ debug: { msg: "{{ asked }}" } }]\n'],
  ['a variable that is never used', '  vars: { a: "{{ nope }}" }\n  tasks: [{ debug: }]\n'],
])('no complaint of %s', (_, text) => {
  expect(missing(text)).toEqual([]);
});

test('what -e gives is there, and tasks that are not chosen need nothing', () => {
  const text =
    '    - debug: { msg: "{{ nope }}" }\n      tags: a\n    - debug: { msg: "{{ other }}" }\n      tags: b\n';
  expect(missing(text, { nope: 1 }, ['a'])).toEqual([]);
  expect(missing(text, {}, ['b'])).toEqual(['5: other']);
});
