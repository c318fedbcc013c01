import { describe, expect, it } from 'vitest';
import { formatPosition } from '../../src/diagnostic.ts';
import { readDocument } from '../../src/documents/read-document.ts';

/** Each guest's arguments, or the errors as lines "place message". */
async function guestsOf(text: string, file = 'doc.yml'): Promise<unknown> {
  const result = await readDocument(text, file);
  return result.ok
    ? result.value.map(({ args }) => args)
    : result.diagnostics.map(({ at, message }) => `${at ? formatPosition(at) : '?'} ${message}`);
}

describe('an entry', () => {
  it('with count stands for as many guests, told apart by their index', async () => {
    const text = `
vms:
  - count: 3
    vmid: "{{ 100 + index }}"
    name: web-{{ index }}
    node: pve{{ index % 2 + 1 }}
    net0: { model: virtio, bridge: vmbr0, tag: "{{ 10 * (index + 1) }}" }`;
    const net0 = { model: 'virtio', bridge: 'vmbr0' };
    expect(await guestsOf(text)).toEqual([
      { vmid: 100, name: 'web-0', node: 'pve1', net0: { ...net0, tag: 10 } },
      { vmid: 101, name: 'web-1', node: 'pve2', net0: { ...net0, tag: 20 } },
      { vmid: 102, name: 'web-2', node: 'pve1', net0: { ...net0, tag: 30 } },
    ]);
    expect(await guestsOf('vms: [{ count: 0, vmid: "{{ 100 + index }}" }]')).toEqual([]);
  });

  it('with for_each stands for a guest an item, with its index', async () => {
    const text = `
containers:
  - for_each: [dns, mail]
    vmid: "{{ 200 + index }}"
    name: "{{ item }}"
    comment: "{{ none }}"
  - for_each: { cache: { cores: 2 }, queue: { cores: 4 } }
    vmid: "{{ 300 + index }}"
    name: "{{ item.key }}"
    cores: "{{ item.value.cores }}"`;
    expect(await guestsOf(text)).toEqual([
      { vmid: 200, hostname: 'dns', description: null },
      { vmid: 201, hostname: 'mail', description: null },
      { vmid: 300, hostname: 'cache', cores: 2 },
      { vmid: 301, hostname: 'queue', cores: 4 },
    ]);
  });

  it('may use the variables of the document, which may use each other', async () => {
    const text = `
vars:
  site: b
  first: 100
  webs: [{ id: 1, cores: 2 }, { id: 2 }]
  title: "{{ site }}-web-{{ item.id }}"
node: pve-{{ site }}
vms:
  - for_each: "{{ webs }}"
    vmid: "{{ first + item.id }}"
    name: "{{ title }}"
    cores: "{{ item.cores | default(1) }}"
  - for_each: "{{ range(5, 7) | list }}"
    vmid: "{{ first + item }}"
  - count: "{{ webs | length }}"
    vmid: "{{ first + 10 + index }}"`;
    expect(await guestsOf(text)).toEqual([
      { node: 'pve-b', vmid: 101, name: 'b-web-1', cores: 2 },
      { node: 'pve-b', vmid: 102, name: 'b-web-2', cores: 1 },
      { node: 'pve-b', vmid: 105 },
      { node: 'pve-b', vmid: 106 },
      { node: 'pve-b', vmid: 110 },
      { node: 'pve-b', vmid: 111 },
    ]);
  });

  it('is the same in JSON, under "plugins"', async () => {
    const tree = { vars: { first: 100 }, vms: [{ count: 2, vmid: '{{ first + index }}' }] };
    const text = JSON.stringify({ version: 1, plugins: { proxmox: tree } });
    expect(await guestsOf(text, 'doc.json')).toEqual([{ vmid: 100 }, { vmid: 101 }]);
  });

  it('holds text that is text where the document has neither count, for_each nor vars', async () => {
    const text = 'vms: [{ vmid: 100, comment: "{{ not a template" }]';
    expect(await guestsOf(text)).toEqual([{ vmid: 100, description: '{{ not a template' }]);
  });

  it.each<readonly [string, string, readonly string[]]>([
    [
      'an error of one element',
      'vms:\n  - for_each: [1, 99]\n    vmid: "{{ 100 + item }}"\n    cores: "{{ 50 - item }}"\n  - for_each: { a: 1 }\n    vmid: 300\n    cores: x',
      [
        'doc.yml:4:5 (for_each item 99) Cannot read vm/199: cores: *',
        'doc.yml:7:5 (for_each key "a") Cannot read vm/300: cores: *',
      ],
    ],
    [
      'an error of each element, told once',
      'vms:\n  - count: 20\n    vmid: "{{ 100 + index }}"\n    coers: 2',
      [
        'doc.yml:4:5 (count index 0 and 19 more) Cannot read vm/100: qm has no option "coers"; did you mean "cores"?',
      ],
    ],
    [
      'a vmid that all have',
      'vms:\n  - count: 3\n    vmid: 100',
      [
        'doc.yml:3:5 (count index 1 and 1 more) Cannot declare vm/100: the vm at doc.yml:3:5 (count index 0) has the same vmid; each guest needs its own',
      ],
    ],
    [
      'a variable that is not there',
      'vars: { first: 100 }\nvms:\n  - count: 2\n    vmid: "{{ frist + index }}"',
      [
        'doc.yml:4:5 (count index 0 and 1 more) Cannot render "{{ frist + index }}": "frist" is not defined; did you mean "first"?',
      ],
    ],
    [
      'wrong numbers and lists',
      'vms:\n  - { count: -1 }\n  - { count: two }\n  - { count: 10001 }\n  - { for_each: 3 }\n  - { count: 1, for_each: [] }\n  - { foreach: [] }',
      [
        'doc.yml:2:7 Cannot read "count" of this vm: it is the number -1; a number from 0 to 10000 is wanted',
        'doc.yml:3:7 Cannot read "count" of this vm: it is the text "two"; a number from 0 to 10000 is wanted',
        'doc.yml:4:7 Cannot read "count" of this vm: it is the number 10001; a number from 0 to 10000 is wanted',
        'doc.yml:5:7 Cannot read "for_each" of this vm: it is the number 3; a list or a mapping is wanted',
        'doc.yml:6:7 Cannot read "count" of this vm: "for_each" says how many there are, too; one of them is wanted',
        'doc.yml:7:5 Cannot read a vm: vmid is missing; *',
        'doc.yml:7:7 Cannot read "foreach" of this vm: it has no such key; did you mean "for_each"?',
      ],
    ],
    [
      'variables that are none',
      'vars: { index: 1, a-b: 2 }\nvms: []',
      [
        'doc.yml:1:9 Cannot read the variable "index": "count" and "for_each" give "index" its value; another name is wanted',
        'doc.yml:1:19 Cannot read the variable "a-b": it is no name; letters, digits and "_" are wanted, a digit not first',
      ],
    ],
    [
      'a list of variables',
      'vars: [1]\nvms: []',
      ['doc.yml:1:1 Cannot read "vars": it is a list; a mapping of names to values is wanted'],
    ],
  ])('is refused with %s', async (_, text, errors) => {
    expect(await guestsOf(text)).toEqual(
      errors.map((line) => (line.endsWith('*') ? expect.stringContaining(line.slice(0, -1)) : line)),
    );
  });
});
