import { expect, it } from 'vitest';
import type { Machine } from '../../../lab/src/machine.ts';
import { freshNodes, runPve } from './run-pve.ts';

function freshNode(): Machine {
  const [machine] = [...freshNodes(['pve1']).values()];
  if (machine === undefined) throw new Error('no node');
  return machine;
}

/** Runs commands one after another; gives what each one says on stderr. */
async function says(machine: Machine, ...lines: readonly string[]): Promise<readonly string[]> {
  const said: string[] = [];
  for (const line of lines) said.push((await runPve(machine, line)).stderr);
  return said;
}

async function json(machine: Machine, line: string): Promise<unknown> {
  return JSON.parse((await runPve(machine, `pvesh get ${line} --output-format json`)).stdout);
}

it('gives rights by roles, for a path and what is below it', async () => {
  const machine = freshNode();
  const said = await says(
    machine,
    'pveum user add bob@pve',
    'pveum acl modify /vms --users bob@pve --roles PVEVMUser',
    'pveum acl modify /vms/100 --users bob@pve --roles NoAccess',
    'pveum acl modify /vms --users eve@pve --roles PVEVMUser',
  );
  expect(said.slice(0, 3)).toEqual(['', '', '']);
  expect(said[3]).toContain("user 'eve@pve' does not exist");
  const permissions = (await runPve(machine, 'pveum user permissions bob@pve --output-format json')).stdout;
  expect(JSON.parse(permissions)).toMatchObject({ '/vms': { 'VM.Console': 1 } });
  expect(permissions).not.toContain('/vms/100');
});

it('counts a digest of rules as PVE does, and refuses an old one', async () => {
  const machine = freshNode();
  expect(
    await says(
      machine,
      'pvesh create /cluster/firewall/groups --group web',
      'pvesh create /cluster/firewall/groups/web --type in --action ACCEPT --macro http --enable 1',
    ),
  ).toEqual(['', '']);
  expect(machine.files.read('/etc/pve/firewall/cluster.fw')).toBe('[group web]\n\nIN HTTP(ACCEPT)\n\n');
  const [refused] = await says(
    machine,
    `pvesh delete /cluster/firewall/groups/web/0 --digest ${'0'.repeat(40)}`,
  );
  expect(refused).toContain('detected modified configuration');
});

it('refuses rules that contradict their macro, or themselves', async () => {
  const rule = 'pvesh create /cluster/firewall/rules --type in --action ACCEPT';
  const [same, other, mixed] = await says(
    freshNode(),
    `${rule} --macro ssh --proto tcp --dport 22`,
    `${rule} --macro ssh --proto udp`,
    `${rule} --source 10.0.0.1 --dest fe80::1`,
  );
  expect(same).toBe('');
  expect(other).toContain("proto: parameter 'proto' already define in macro (value = 'tcp')\n");
  expect(mixed).toContain('dest: detected mixed ipv4/ipv6 addresses in rule\n');
});

it('applies SDN: the interfaces of its networks, and rules for them', async () => {
  const machine = freshNode();
  expect(
    await says(
      machine,
      'pvesh create /cluster/sdn/zones --zone z1 --type simple',
      'pvesh create /cluster/sdn/vnets --vnet v1 --zone z1',
      'pvesh create /cluster/sdn/vnets/v1/subnets --subnet 10.5.0.0/24 --type subnet --gateway 10.5.0.1',
    ),
  ).toEqual(['', '', '']);
  const rule = 'pvesh create /cluster/sdn/vnets/v1/firewall/rules --type forward --action DROP --enable 1';
  expect(await says(machine, rule)).toEqual([
    'invalid vnet specified at /usr/share/perl5/PVE/API2/Firewall/Helpers.pm line 55.\n',
  ]);
  await says(machine, 'pvesh set /cluster/sdn');
  expect(machine.files.read('/etc/network/interfaces.d/sdn')).toContain(
    'auto v1\niface v1\n\taddress 10.5.0.1/24\n',
  );
  expect(await says(machine, rule)).toEqual(['']);
  expect(machine.files.read('/etc/pve/sdn/firewall/v1.fw')).toBe('[RULES]\n\nFORWARD DROP\n\n');
});

it('syncs realms of directory services only', async () => {
  const machine = freshNode();
  const [, , refused] = await says(
    machine,
    'pveum realm add dir --type ldap --server1 10.0.0.9 --base_dn dc=a --user_attr uid',
    'pvesh create /cluster/jobs/realm-sync/one --schedule daily --realm dir --scope users',
    'pvesh create /cluster/jobs/realm-sync/two --schedule daily --realm pam --scope users',
  );
  expect(refused).toContain('realm: Only LDAP/AD realms can be synced.');
  expect(await json(machine, '/cluster/jobs/realm-sync')).toMatchObject([
    { id: 'one', realm: 'dir', schedule: 'daily', type: 'realm-sync' },
  ]);
  expect(machine.files.read('/etc/pve/jobs.cfg')).toBe(
    'realm-sync: one\n\trealm dir\n\tschedule daily\n\tscope users\n\n',
  );
});
