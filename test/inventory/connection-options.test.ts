import { homedir } from 'node:os';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import type { ConnectionOptions } from '../../src/inventory/node.ts';
import { errorsOf, inventoryOf } from './parse.ts';

function connectionOf(variables: string): ConnectionOptions | undefined {
  return inventoryOf(`all: { hosts: { pve1: { ${variables} } } }`).nodes[0]?.connection;
}

const openssh = { knownHosts: [`${homedir()}/.ssh/known_hosts`, '/etc/ssh/ssh_known_hosts'] };

test('without variables: the name, port 22, root, and the known hosts of OpenSSH, for ssh_config to say otherwise', () => {
  expect(connectionOf('')).toEqual({
    host: 'pve1',
    port: 22,
    user: 'root',
    ...openssh,
    assumed: ['port', 'user', 'knownHosts'],
  });
});

test("Ansible's words", () => {
  expect(
    connectionOf(
      'ansible_host: 10.0.0.1, ansible_port: "2222", ansible_user: admin, ansible_ssh_private_key_file: ~/k',
    ),
  ).toEqual({
    host: '10.0.0.1',
    port: 2222,
    user: 'admin',
    keyFile: `${homedir()}/k`,
    ...openssh,
    assumed: ['knownHosts'],
  });
});

test('of several names for one thing the one counts that Ansible takes', () => {
  expect(
    connectionOf(
      `ansible_host: a, ansible_ssh_host: b, ansible_port: 1, ansible_ssh_port: 2, ansible_user: c, ansible_ssh_user: d,
       ansible_private_key_file: /e, ansible_ssh_private_key_file: /f, ansible_timeout: 3, ansible_ssh_timeout: 4`,
    ),
  ).toMatchObject({ host: 'b', port: 2, user: 'd', keyFile: '/f', sshOptions: ['ConnectTimeout 4'] });
});

test.each([
  ['ansible_connection: local', 'local'],
  ['ansible_connection: smart', 'ssh'],
  ['ansible_connection: paramiko', 'ssh'],
  ['ansible_connection: ansible.builtin.ssh', 'ssh'],
  ['pvefleet_transport: openssh', 'openssh'],
  ['ansible_connection: local, pvefleet_transport: openssh', 'openssh'],
  ['ansible_connection: ssh, pvefleet_transport: openssh', 'openssh'],
  ['ansible_user: admin', undefined],
])('%s connects by %s', (variables, transport) => {
  expect(connectionOf(variables)?.transport).toBe(transport);
});

test.each([
  [
    `ansible_ssh_common_args: '-o ProxyCommand="ssh -W %h:%p -q bastion" -oPort=22 -J a@b:22,c'`,
    ['ProxyCommand ssh -W %h:%p -q bastion', 'Port 22', 'ProxyJump a@b:22,c'],
  ],
  [
    `ansible_ssh_extra_args: "-o 'User x' -l y -4Cp22 -i '/a b' -oBatchMode=yes"`,
    [
      'User x',
      'User y',
      'AddressFamily inet',
      'Compression yes',
      'Port 22',
      'IdentityFile "/a b"',
      'BatchMode yes',
    ],
  ],
  [
    'pvefleet_ssh_options: [ProxyJump bastion, Ciphers=aes128-ctr, -J other], ansible_ssh_args: -C, ansible_ssh_extra_args: -oA=c, ansible_ssh_common_args: -oA=b, pvefleet_timeout: 5',
    [
      'ProxyJump bastion',
      'Ciphers aes128-ctr',
      'ProxyJump other',
      'Compression yes',
      'A b',
      'A c',
      'ConnectTimeout 5',
    ],
  ],
  ['ansible_ssh_common_args: ""', undefined],
  ['ansible_ssh_args: -o StrictHostKeyChecking=yes', ['StrictHostKeyChecking yes']],
])('%s are lines of ssh_config', (variables, sshOptions) => {
  expect(connectionOf(variables)?.sshOptions).toEqual(sshOptions);
});

/** With what they say in place of the functions. */
function shown({ become, password }: ConnectionOptions) {
  return {
    ...(password && { logIn: password() }),
    ...(become && { become: [become.method, become.user, become.password?.()].join(' ').trimEnd() }),
  };
}

test.each([
  ['ansible_become: true', { become: 'sudo root' }],
  ['ansible_become: "yes", ansible_become_user: admin, ansible_become_method: su', { become: 'su admin' }],
  ['ansible_become: true, ansible_become_user: admin, ansible_sudo_user: b', { become: 'sudo b' }],
  [
    'pvefleet_become: true, ansible_become: false, ansible_become_method: ansible.builtin.sudo',
    { become: 'sudo root' },
  ],
  ['ansible_become: false, ansible_become_password: geheim', {}],
  [
    'ansible_become: 1, ansible_become_password: a, ansible_become_pass: b, ansible_sudo_pass: c, ansible_su_pass: d',
    { become: 'sudo root c' },
  ],
  ['ansible_become: on, ansible_become_password: a, ansible_become_pass: b', { become: 'sudo root b' }],
  ['ansible_become: true, ansible_become_pass: 1234', { become: 'sudo root 1234' }],
  ['ansible_become: true, ansible_user: root', {}],
  ['ansible_become: true, ansible_user: admin, ansible_become_user: admin', {}],
  ['ansible_password: a, ansible_ssh_pass: b', { logIn: 'b' }],
  ['ansible_password: a, ansible_ssh_pass: b, ansible_ssh_password: c', { logIn: 'c' }],
])('%s', (variables, expected) => {
  const connection = connectionOf(variables);
  expect(connection && shown(connection)).toEqual(expected);
});

test('a password in clear text is a secret of the inventory', () => {
  const { secrets } = inventoryOf(
    'all: { hosts: { a: { ansible_password: geheim, ansible_become_pass: 4711 }, b: { ansible_su_pass: anders } } }',
  );
  expect([...secrets].toSorted()).toEqual(['4711', 'anders', 'geheim']);
});

test('nothing prints a password', () => {
  const connection = connectionOf(
    'ansible_password: geheim, ansible_become: true, ansible_become_pass: geheim',
  );
  expect(inspect(connection, { depth: 9 }) + JSON.stringify(connection)).not.toContain('geheim');
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
    'ansible_hots: a',
    'Cannot use ansible_hots: there is no such connection variable; did you mean "ansible_host"?',
  ],
  ['pvefleet_key: a', 'Cannot use pvefleet_key: there is no such connection variable'],
  ['ansible_become: maybe', 'Cannot use ansible_become: it is "maybe"; true or false is wanted'],
  ['ansible_become_method: doas', 'Cannot use ansible_become_method: it is "doas"; sudo or su is wanted'],
  [
    'ansible_become_flags: -H',
    'Cannot use ansible_become_flags: it is not supported yet, and without it a host may be reached otherwise than you mean',
  ],
  [
    'ansible_become_pass: [geheim]',
    'Cannot use ansible_become_pass: it is something else (a secret); text in one line is wanted',
  ],
  ['ansible_connection: docker', 'Cannot use ansible_connection: it is "docker"; ssh or local is wanted'],
  [
    'pvefleet_transport: smart',
    'Cannot use pvefleet_transport: it is "smart"; ssh, openssh or local is wanted',
  ],
  ['ansible_timeout: soon', 'Cannot use ansible_timeout: it is "soon"; a number of seconds is wanted'],
  [
    'ansible_host: -oProxyCommand=x',
    'Cannot use ansible_host: it is "-oProxyCommand=x", which begins with a dash; a host\'s name is wanted',
  ],
  [
    'ansible_host_key_checking: false',
    'Cannot use ansible_host_key_checking: it is false, and pvefleet always checks host keys; true is wanted',
  ],
  [
    'ansible_ssh_common_args: -o StrictHostKeyChecking=no',
    'Cannot use ansible_ssh_common_args: StrictHostKeyChecking is no, and pvefleet always checks host keys; it is to be left out, and the keys known',
  ],
  [
    'ansible_ssh_extra_args: -F /x',
    'Cannot use ansible_ssh_extra_args: -F names a file of ssh_config, and ~/.ssh/config is read already; its settings are wanted here, each as -o Keyword=value',
  ],
  [
    'ansible_ssh_extra_args: -N',
    'Cannot use ansible_ssh_extra_args: -N of ssh is not taken here; -o Keyword=value, -J, -p, -i, -l and the like are wanted',
  ],
  ['ansible_ssh_args: -Co', 'Cannot use ansible_ssh_args: -o has no value; one is wanted'],
  [
    'ansible_ssh_args: bastion',
    'Cannot use ansible_ssh_args: "bastion" is no option of ssh; -o Keyword=value, -J, -p, -i, -l and the like are wanted',
  ],
  [
    'pvefleet_ssh_options: [ProxyJump]',
    'Cannot use pvefleet_ssh_options: "ProxyJump" is no setting of ssh_config; "Keyword value" or "Keyword=value" is wanted',
  ],
  [
    'pvefleet_ssh_options: { a: b }',
    'Cannot use pvefleet_ssh_options: it is {"a":"b"}; text or a list of texts, as "ProxyJump bastion", is wanted',
  ],
  [
    'ansible_host: "{{ inventory_hostname }}.lan"',
    'Cannot render a template in text that is no file; the value itself is wanted',
  ],
])('%s is an error where it stands', (variable, message) => {
  expect(errorsOf(`all:\n  hosts: { a: }\n  vars:\n    ${variable}\n`)).toEqual([`hosts.yml:4:5 ${message}`]);
});

test('what does not change the connection is let be', () => {
  const text =
    'all: { vars: { ansible_connection: ssh, ansible_become: false, ansible_python_interpreter: /usr/bin/python3, ansible_pipelining: true, ansible_managed: by us } }';
  expect(errorsOf(text)).toEqual([]);
});
