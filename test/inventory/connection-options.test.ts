import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import type { ConnectionOptions } from '../../src/inventory/node.ts';
import { errorsOf, inventoryOf } from './parse.ts';

function connectionOf(variables: string): ConnectionOptions | undefined {
  return inventoryOf(`all: { hosts: { pve1: { ${variables} } } }`).nodes[0]?.connection;
}

const openssh = { knownHosts: [`${homedir()}/.ssh/known_hosts`, '/etc/ssh/ssh_known_hosts'] };

test('without variables: the name, port 22, root, and the known hosts of OpenSSH', () => {
  expect(connectionOf('')).toEqual({ host: 'pve1', port: 22, user: 'root', ...openssh });
});

test("Ansible's words", () => {
  expect(
    connectionOf(
      'ansible_host: 10.0.0.1, ansible_port: "2222", ansible_user: admin, ansible_ssh_private_key_file: ~/k',
    ),
  ).toEqual({ host: '10.0.0.1', port: 2222, user: 'admin', keyFile: `${homedir()}/k`, ...openssh });
});

test('pvefleet_ wins over ansible_, even from a group', () => {
  const { nodes } = inventoryOf(`
all:
  vars: { pvefleet_port: 2200, pvefleet_user: fleet }
  hosts: { pve1: { ansible_port: 22, ansible_user: admin, pvefleet_host: 10.0.0.2, ansible_host: 10.0.0.1 } }
`);
  expect(nodes[0]?.connection).toMatchObject({ host: '10.0.0.2', port: 2200, user: 'fleet' });
});

test.each([
  ['known_hosts', ['/etc/fleet/known_hosts']],
  ['[keys/a, ~/b, /c]', ['/etc/fleet/keys/a', `${homedir()}/b`, '/c']],
])('pvefleet_known_hosts: %s is seen from the inventory file', (value, knownHosts) => {
  expect(connectionOf(`pvefleet_known_hosts: ${value}`)).toMatchObject({ knownHosts });
});

test.each([
  ['ansible_port: 0', 'Cannot use ansible_port: it is 0; a port from 1 to 65535 is wanted'],
  ['ansible_port: 70000', 'Cannot use ansible_port: it is 70000; a port from 1 to 65535 is wanted'],
  ['ansible_port: ssh', 'Cannot use ansible_port: it is "ssh"; a port from 1 to 65535 is wanted'],
  ['ansible_host: ""', 'Cannot use ansible_host: it is empty; text is wanted'],
  ['ansible_host: [a, b]', 'Cannot use ansible_host: it is ["a","b"]; text is wanted'],
  [
    'pvefleet_known_hosts: []',
    'Cannot use pvefleet_known_hosts: it is []; a file or a list of files is wanted',
  ],
  [
    'ansible_host: "{{ inventory_hostname }}.lan"',
    'Cannot use ansible_host: it holds a template, which pvefleet does not render in connection variables yet; the value itself is wanted',
  ],
  [
    'ansible_hots: a',
    'Cannot use ansible_hots: there is no such connection variable; did you mean "ansible_host"?',
  ],
  ['pvefleet_key: a', 'Cannot use pvefleet_key: there is no such connection variable'],
  [
    'ansible_become: true',
    'Cannot use ansible_become: pvefleet does not support it yet, and without it a host may be reached otherwise than you mean',
  ],
  [
    'ansible_connection: local',
    'Cannot use ansible_connection: pvefleet does not support it yet, and without it a host may be reached otherwise than you mean',
  ],
])('%s is an error where it stands', (variable, message) => {
  expect(errorsOf(`all:\n  vars:\n    ${variable}\n`)).toEqual([`hosts.yml:3:5 ${message}`]);
});

test('what does not change the connection is let be', () => {
  const text =
    'all: { vars: { ansible_connection: ssh, ansible_become: false, ansible_python_interpreter: /usr/bin/python3 } }';
  expect(errorsOf(text)).toEqual([]);
});
