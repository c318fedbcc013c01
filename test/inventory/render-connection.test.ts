import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadInventory } from '../../src/inventory/load-inventory.ts';

async function load(text: string) {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-inventory-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'hosts.yml');
  await writeFile(file, text);
  const loaded = await loadInventory([file]);
  if (loaded.ok) return { ok: true, ...loaded.value } as const;
  const errors = loaded.diagnostics.map(
    ({ message, at }) => `${at === undefined ? '' : `${at.line}:${at.column}`} ${message}`,
  );
  return { ok: false, errors } as const;
}

test('templates in connection variables are rendered, host by host, with their types', async () => {
  const loaded = await load(`
all:
  vars:
    domain: lan
    base: 2200
    ansible_host: "{{ inventory_hostname }}.{{ domain }}"
    ansible_port: "{{ base + 1 }}"
    ansible_become: "{{ 'ops' in group_names }}"
    ansible_ssh_common_args: "-J {{ hostvars[groups['jump'][0]].address }}"
  children:
    jump: { hosts: { bastion: { address: "{{ inventory_hostname_short }}.example" } } }
    ops: { hosts: { pve1: , pve2.site: { base: 2300 } } }
`);
  expect(
    loaded.ok &&
      loaded.nodes.map(({ connection: { host, port, sshOptions, become } }) => [
        host,
        port,
        sshOptions?.[0],
        become?.user,
      ]),
  ).toEqual([
    ['bastion.lan', 2201, 'ProxyJump bastion.example', undefined],
    ['pve1.lan', 2201, 'ProxyJump bastion.example', 'root'],
    ['pve2.site.lan', 2301, 'ProxyJump bastion.example', 'root'],
  ]);
});

test('lookups are made on this machine, what they find being a secret where it is a password', async () => {
  process.env['PVEFLEET_TEST_PORT'] = '2222';
  const loaded = await load(`all:
  hosts: { pve1: }
  vars:
    ansible_port: "{{ lookup('env', 'PVEFLEET_TEST_PORT') | int }}"
    ansible_password: "{{ lookup('pipe', 'printf geheim') }}-{{ inventory_hostname }}"
`);
  expect(loaded.ok && loaded.nodes[0]?.connection.port).toBe(2222);
  expect(loaded.ok && loaded.nodes[0]?.connection.password?.()).toBe('geheim-pve1');
  expect(loaded.ok && [...loaded.secrets]).toEqual(['geheim-pve1']);
});

test('a rendered password is a secret', async () => {
  const loaded = await load(
    'all: { hosts: { pve1: { ansible_password: "{{ prefix }}-{{ inventory_hostname }}", prefix: geheim } } }',
  );
  expect(loaded.ok && [...loaded.secrets]).toEqual(['geheim-pve1']);
  expect(loaded.ok && loaded.nodes[0]?.connection.password?.()).toBe('geheim-pve1');
});

test('what a template becomes is held against the same rules, told once for all hosts of a group', async () => {
  expect(
    await load('all:\n  hosts: { a: , b: }\n  vars:\n    ansible_port: "{{ name }}"\n    name: ssh\n'),
  ).toMatchObject({
    errors: ['4:5 Cannot use ansible_port: it is "ssh"; a port from 1 to 65535 is wanted'],
  });
  expect(await load('all:\n  hosts: { a: , b: }\n  vars:\n    ansible_user: "{{ who }}"\n')).toMatchObject({
    errors: ['4:5 Cannot render "{{ who }}": "who" is not defined'],
  });
});
