import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import { withLocalhost } from '../../src/inventory/localhost.ts';
import { connectAsPlaysSay } from '../../src/playbook/connect-as-plays-say.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { playHosts } from '../../src/playbook/play-hosts.ts';
import { valueOf } from './run-on-lab.ts';

const HOSTS = `all:
  vars: { admin: joe, ansible_become: true }
  hosts: { pve1: , pve2: { ansible_user: ann, ansible_port: 2222 }, pve3: { admin: root } }`;

/** What plays of some texts change in hosts: "name: user port", and whom they become; or what is wrong. */
async function connectedTo(...plays: readonly string[]): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-plays-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'site.yml');
  await writeFile(file, plays.map((text) => `- ${text}\n`).join(''));
  const parsed = valueOf(parseInventory(HOSTS, 'hosts.yml'));
  const { inventory, nodes } = withLocalhost({ inventory: parsed, nodes: parsed.nodes }, ['localhost'], '/');
  const hosts = valueOf(playHosts(valueOf(await loadPlaybook(file)), inventory, nodes, { more: 'x' }));
  const changed = connectAsPlaysSay(hosts, { more: 'x' });
  if (!changed.ok) return changed.diagnostics.map(({ message, at }) => `${at?.line}: ${message}`);
  return [...changed.value.values()].map(({ name, connection: { user, port, become, assumed } }) =>
    [`${name}: ${user} ${port}`, become?.user ?? 'itself', ...(assumed ?? [])].join(' '),
  );
}

test('a play says as whom and where hosts are logged in to of which the inventory does not', async () => {
  expect(await connectedTo('hosts: all')).toEqual([]);
  expect(await connectedTo('{ hosts: all, remote_user: "{{ admin }}", port: 22022 }')).toEqual([
    'pve1: joe 22022 root knownHosts',
    'pve3: root 22022 itself knownHosts',
  ]);
  expect(
    await connectedTo(
      '{ hosts: pve1, remote_user: a }',
      '{ hosts: pve3, port: 2 }',
      '{ hosts: "pve1,pve3", remote_user: a }',
    ),
  ).toEqual(['pve1: a 22 root port knownHosts', 'pve3: a 2 root knownHosts']);
});

test("a play's own variables are stronger than the inventory's and than its words", async () => {
  expect(
    await connectedTo(
      '{ hosts: "pve1:pve2", remote_user: a, vars: { ansible_user: "{{ admin }}-x", ansible_port: 2 } }',
    ),
  ).toEqual(['pve1: joe-x 2 root knownHosts', 'pve2: joe-x 2 root knownHosts']);
  expect(await connectedTo('{ hosts: pve1, vars: { ansible_connection: winrm } }')).toEqual([
    '1: Cannot connect to pve1 by "ansible_connection: winrm": one of ssh, smart, paramiko, paramiko_ssh is wanted',
  ]);
});

test('the ways of Ansible to connect that are ours too change nothing, and "local" is for this machine', async () => {
  expect(
    await connectedTo(
      '{ hosts: all, connection: ssh }',
      '{ hosts: localhost, connection: local }',
      '{ hosts: localhost, remote_user: root }',
      '{ hosts: localhost, remote_user: admin, port: 2222 }',
    ),
  ).toEqual([]);
});

test('what can not be is told of each host', async () => {
  expect(
    await connectedTo(
      '{ hosts: pve1, connection: local }',
      '{ hosts: pve3, connection: docker, port: 70000 }',
      '{ hosts: pve1, remote_user: a }',
      '{ hosts: "pve1:pve3", remote_user: "b{{ more }}" }',
    ),
  ).toEqual([
    '1: Cannot connect to pve1 by "connection: local": its tasks would be run on this machine; "hosts: localhost" or "delegate_to: localhost" is wanted for that',
    '2: Cannot connect to pve3 by "connection: docker": one of ssh, smart, paramiko, paramiko_ssh is wanted',
    '2: Cannot connect to pve3 by "port: 70000": a port is wanted, from 1 to 65535',
    '4: Cannot connect to pve1 by "remote_user: b{{ more }}": an earlier play says "a"; a host has one connection in a run',
  ]);
});
