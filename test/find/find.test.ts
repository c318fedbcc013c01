import { expect, test } from 'vitest';
import { find } from '../../src/find/find.ts';
import { fleet } from '../listing/fleet.ts';

const found = (text: string) =>
  find(fleet, text).map(({ node, kind, name, option, file, line }) => [node, kind, name, option, file, line]);

const guest = '/etc/pve/nodes/pve1/qemu-server/100.conf';

test('a VMID: the guest, and everything that mentions it', () => {
  const places = found('100');
  expect(places[0]).toEqual(['pve1', 'vm', '100 web', 'vmid', null, null]);
  expect(places).toContainEqual(['pve1', 'vm', '100 web', 'scsi0', guest, 7]);
  expect(places).toContainEqual([null, 'ha-resources', 'vm:100', null, '/etc/pve/ha/resources.cfg', 1]);
  expect(places).toContainEqual([
    null,
    'ha-rules',
    'node-affinity:r1',
    'resources',
    '/etc/pve/ha/rules.cfg',
    4,
  ]);
  expect(places).toContainEqual([null, 'user', 'prod', 'pool', '/etc/pve/user.cfg', 7]);
  expect(places.map(([, , , , file]) => file)).not.toContain('/etc/pve/.vmlist');
});

test('names, also of snapshots; descriptions as they read', () => {
  expect(found('WEB').slice(0, 2)).toEqual([
    [null, 'firewall-cluster', 'RULES', 'GROUP', '/etc/pve/firewall/cluster.fw', 12],
    [null, 'firewall-cluster', 'group web', null, '/etc/pve/firewall/cluster.fw', 14],
  ]);
  expect(found('old')).toEqual([['pve1', 'vm', '100 web', 'before/name', guest, 13]]);
  expect(found('grüße')).toEqual([['pve1', 'vm', '100 web', 'description', guest, 1]]);
});

test('a permission by its path; an entry of an IP set is no option', () => {
  expect(found('/vms/100')).toEqual([[null, 'user', '/vms/100', 'acl', '/etc/pve/user.cfg', 9]]);
  expect(found('10.0.0.0')).toEqual([
    [null, 'firewall-cluster', 'IPSET mgmt', null, '/etc/pve/firewall/cluster.fw', 7],
  ]);
});

test('a MAC, an address of a node, a volume, a node', () => {
  expect(found('bc2411000002')).toEqual([
    ['pve2', 'container', '200 c1', 'net0', '/etc/pve/nodes/pve2/lxc/200.conf', 4],
  ]);
  expect(found('10.0.0.1')).toEqual([
    ['pve1', 'interfaces', 'vmbr0', 'address', '/etc/network/interfaces', 8],
  ]);
  expect(found('local-lvm:vm-200-disk-0')).toHaveLength(1);
  expect(found('pve2')[0]).toEqual(['pve2', 'node', 'pve2', null, null, null]);
  expect(found('nowhere at all')).toEqual([]);
});
