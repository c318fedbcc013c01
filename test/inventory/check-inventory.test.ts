import { expect, test } from 'vitest';
import { checkInventory } from '../../src/inventory/check-inventory.ts';
import { inventoryOf } from './parse.ts';

/** Findings as "host: message". */
function findings(hosts: string): readonly string[] {
  return checkInventory(
    inventoryOf(`all: { hosts: { ${hosts} }, children: { web: { hosts: { w1: } } } }`),
  ).map(({ host, message }) => `${host}: ${message}`);
}

test('an inventory in which every host is one has no findings', () => {
  expect(
    findings('a: { ansible_host: 10.0.0.1 }, b: { ansible_host: "fe80::1%eth0" }, c.example.com: '),
  ).toEqual([]);
});

test.each([
  [
    'a: { ansible_host: 10.0.0.1 }, b: { ansible_host: 10.0.0.1 }',
    'b: Cannot tell b from a: both are reached at 10.0.0.1, port 22; an address of its own is wanted',
  ],
  [
    'a: { ansible_host: PVE1.lan }, b: { ansible_host: pve1.lan }',
    'b: Cannot tell b from a: both are reached at pve1.lan, port 22; an address of its own is wanted',
  ],
  [
    'web: ',
    'web: Cannot tell host web from the group of that name: a pattern "web" means both; different names are wanted',
  ],
  [
    'a: { ansible_host: 10.0.0.256 }',
    'a: Cannot reach a at "10.0.0.256": it looks like an IPv4 address and is none; four numbers up to 255 are wanted',
  ],
  [
    'a: { ansible_host: 0.0.0.0 }',
    'a: Cannot reach a at "0.0.0.0": it stands for any address; that of one host is wanted',
  ],
  [
    'a: { ansible_host: "pve1:22" }',
    'a: Cannot reach a at "pve1:22": it is no IPv6 address, and a port goes into ansible_port',
  ],
  [
    'a: { ansible_host: pve..lan }',
    'a: Cannot reach a at "pve..lan": it has nothing between two dots; a host name is wanted',
  ],
])('%s', (hosts, finding) => {
  expect(findings(hosts)).toEqual([finding]);
});

test.each([
  ['another port', 'ansible_port: 2222'],
  ['another way to it', 'pvefleet_ssh_options: [ProxyJump site-b]'],
])('one address by %s is another host', (_, variable) => {
  expect(findings(`a: { ansible_host: 10.0.0.1 }, b: { ansible_host: 10.0.0.1, ${variable} }`)).toEqual([]);
});
