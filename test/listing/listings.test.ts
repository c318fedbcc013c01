import { expect, test } from 'vitest';
import { listingKinds } from '../../src/listing/kinds.ts';
import type { Row } from '../../src/listing/listing.ts';
import { tableText } from '../../src/listing/table.ts';
import { everything, fleet } from './fleet.ts';

async function listingOf(name: string) {
  const kind = listingKinds.find((each) => each.kind === name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  return kind.load();
}

async function rowsOf(name: string): Promise<readonly Row[]> {
  return (await listingOf(name)).rows(fleet);
}

const cellsOf = async (name: string) => (await rowsOf(name)).map(({ cells }) => cells);

test.each(listingKinds.map(({ kind }) => kind))(
  '%s: every row has the cells of every column, and an id of its own',
  async (kind) => {
    const listing = await listingOf(kind);
    const rows = listing.rows(fleet);
    expect(rows.length).toBeGreaterThan(0);
    for (const { cells } of rows)
      for (const { key } of listing.columns) expect(Object.keys(cells)).toContain(key);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  },
);

test.each(listingKinds.map(({ kind }) => kind))(
  '%s: of what could not be read there is no row but of nodes',
  async (kind) => {
    const { nodeFiles, ...rest } = everything;
    expect(nodeFiles).toBeDefined();
    const unread = { clusters: [{ ...rest, nodes: {}, files: { unknown: 'no' } }], unreachable: [] };
    expect((await listingOf(kind)).rows(unread)).toEqual([]);
  },
);

test('storages', async () => {
  expect(await cellsOf('storages')).toEqual([
    {
      storage: 'local',
      type: 'dir',
      content: ['iso', 'backup'],
      nodes: null,
      enabled: true,
      shared: false,
      place: '/var/lib/vz',
      prune: 'keep-last=3',
      cluster: 'prod',
    },
    {
      storage: 'local-lvm',
      type: 'lvmthin',
      content: ['images', 'rootdir'],
      nodes: ['pve1'],
      enabled: true,
      shared: false,
      place: 'pve data',
      prune: null,
      cluster: 'prod',
    },
    {
      storage: 'nas',
      type: 'nfs',
      content: ['images'],
      nodes: null,
      enabled: false,
      shared: true,
      place: '10.0.0.9 /x /mnt/pve/nas',
      prune: null,
      cluster: 'prod',
    },
  ]);
});

test('disks: sizes in bytes, media and unused volumes told', async () => {
  const rows = await rowsOf('disks');
  expect(rows.map(({ id }) => id)).toEqual([
    'disk/100/efidisk0@prod',
    'disk/100/ide2@prod',
    'disk/100/scsi0@prod',
    'disk/100/unused0@prod',
    'disk/200/mp0@prod',
    'disk/200/rootfs@prod',
  ]);
  expect(
    rows.map(({ cells }) => [cells['storage'], cells['size'], cells['type'], cells['mountpoint']]),
  ).toEqual([
    ['local-lvm', 4 * 2 ** 20, 'disk', null],
    ['local', 600 * 2 ** 20, 'cdrom', null],
    ['local-lvm', 32 * 2 ** 30, 'disk', null],
    ['local-lvm', null, 'unused', null],
    [null, null, 'disk', '/data'],
    ['local-lvm', 8 * 2 ** 30, 'disk', '/'],
  ]);
  expect(rows[2]?.cells).toMatchObject({
    vmid: 100,
    guest: 'web',
    volume: 'local-lvm:vm-100-disk-0',
    options: ['discard=on'],
  });
});

test('snapshots: their tree, times in UTC, and where the guest is', async () => {
  expect(await cellsOf('snapshots')).toMatchObject([
    {
      vmid: 100,
      snapshot: 'before',
      parent: null,
      time: '2023-11-14 22:13:20',
      memory: true,
      current: false,
      description: 'as it was',
    },
    { vmid: 100, snapshot: 'after', parent: 'before', memory: false, current: true, description: null },
  ]);
});

test('networks: what the node configures, and whether it is there now', async () => {
  expect(await cellsOf('networks')).toMatchObject([
    { interface: 'lo', type: 'loopback', live: false },
    { interface: 'nic0', type: 'eth', autostart: false, live: true },
    {
      interface: 'vmbr0',
      type: 'bridge',
      address: ['10.0.0.1/24'],
      gateway: ['10.0.0.254'],
      ports: ['nic0'],
      autostart: true,
      live: true,
      comments: 'to the world',
      node: 'pve1',
    },
    { interface: 'vmbr9', live: false },
  ]);
});

test('bridges: live ones, configured ones and VNets, with the cards on them', async () => {
  expect(
    (await cellsOf('bridges')).map(({ node, bridge, type, vlans, cards, live }) => [
      node,
      bridge,
      type,
      vlans,
      cards,
      live,
    ]),
  ).toEqual([
    ['pve1', 'v1', 'vnet', 'unknown', 0, false],
    ['pve1', 'vmbr0', 'bridge', true, 1, true],
    ['pve1', 'vmbr9', 'bridge', false, 0, false],
    ['pve2', 'v1', 'vnet', 'unknown', 1, 'unknown'],
  ]);
});

test('pools, users and permissions', async () => {
  expect(await cellsOf('pools')).toEqual([
    { pool: 'prod', guests: ['100', '200'], storages: ['local-lvm'], comment: 'For work', cluster: 'prod' },
  ]);
  expect(await cellsOf('users')).toMatchObject([
    { user: 'root@pam', enabled: true, expires: null, email: 'root@example.org' },
    {
      user: 'bob@pve',
      enabled: false,
      expires: '2030-01-01 00:00:00',
      name: 'B Ob',
      groups: ['ops'],
      comment: 'hi: there',
      tokens: ['bob@pve!ci'],
    },
  ]);
  expect(await cellsOf('acl')).toEqual([
    { path: '/vms/100', member: 'bob@pve', type: 'user', role: 'PVEAdmin', propagate: true, cluster: 'prod' },
    { path: '/', member: '@ops', type: 'group', role: 'PVEAuditor', propagate: false, cluster: 'prod' },
  ]);
});

test('HA: resources with what the manager says, groups and rules', async () => {
  expect(await cellsOf('ha')).toMatchObject([
    {
      type: 'resource',
      name: 'vm:100',
      state: 'started',
      status: 'started',
      node: 'pve1',
      group: 'grp',
      restarts: 3,
    },
    { type: 'group', name: 'grp', nodes: ['pve1:2', 'pve2'] },
    { type: 'node-affinity', name: 'r1', nodes: ['pve1'], resources: ['vm:100'], enabled: false },
  ]);
});

test('jobs and replication', async () => {
  expect(await cellsOf('jobs')).toMatchObject([
    {
      job: 'nightly',
      type: 'vzdump',
      schedule: '02:30',
      enabled: false,
      guests: ['all', '-200'],
      target: 'local',
    },
    { job: 'ad', type: 'realm-sync', enabled: true, guests: [], target: 'ad' },
  ]);
  expect(await cellsOf('replication')).toMatchObject([
    { job: '100-0', vmid: 100, target: 'pve2', schedule: '*/15', enabled: false, rate: '10' },
  ]);
});

test('firewall rules, by what they are of and their position', async () => {
  expect(
    (await cellsOf('firewall')).map(({ of, pos, enabled, type, action, macro }) => [
      of,
      pos,
      enabled,
      type,
      action,
      macro,
    ]),
  ).toEqual([
    ['cluster', 0, false, 'in', 'ACCEPT', 'SSH'],
    ['cluster', 1, true, 'group', 'web', null],
    ['group/web', 0, true, 'in', 'ACCEPT', null],
    ['guest/100', 0, true, 'out', 'DROP', null],
  ]);
});

test('SDN and mappings', async () => {
  expect(await cellsOf('sdn')).toMatchObject([
    { kind: 'zone', name: 'z1', type: 'vlan', bridge: 'vmbr0' },
    { kind: 'vnet', name: 'v1', in: 'z1', tag: '20', alias: 'twenty' },
  ]);
  expect(await cellsOf('mappings')).toMatchObject([
    {
      mapping: 'gpu',
      type: 'pci',
      node: 'pve1',
      device: '10de:1eb8',
      path: '0000:01:00.0',
      iommugroup: '2',
      comment: 'fast',
    },
    { mapping: 'gpu', type: 'pci', node: 'pve2', path: '0000:02:00.0' },
  ]);
});

test('tasks: the latest first, each once, those without an end run', async () => {
  expect(
    (await cellsOf('tasks')).map(({ type, target, status, seconds }) => [type, target, status, seconds]),
  ).toEqual([
    ['qmstart', '100', 'running', null],
    ['vzdump', null, 'job errors', 10],
    ['qmcreate', '100', 'OK', 1],
  ]);
});

test('a table shows lists as words, switches as yes and no, bytes as sizes', async () => {
  const listing = await listingOf('disks');
  expect(tableText(listing, listing.rows(fleet).slice(2, 4), { wide: false })).toBe(
    [
      'VMID  GUEST  DISK     STORAGE    VOLUME                   SIZE    NODE  CLUSTER',
      '100   web    scsi0    local-lvm  local-lvm:vm-100-disk-0  32 GiB  pve1  prod',
      '100   web    unused0  local-lvm  local-lvm:vm-100-disk-2  -       pve1  prod',
      '',
    ].join('\n'),
  );
  const storages = await listingOf('storages');
  expect(tableText(storages, storages.rows(fleet).slice(0, 1), { wide: false })).toContain(
    'iso backup  -      yes',
  );
});

test("a table that is too wide for a terminal leaves out the one cluster's name, then cuts its widest cells", async () => {
  const listing = await listingOf('disks');
  const rows = listing.rows(fleet).slice(2, 3);
  expect(tableText(listing, rows, { wide: false, width: 75 })).toBe(
    'VMID  GUEST  DISK   STORAGE    VOLUME                   SIZE    NODE\n100   web    scsi0  local-lvm  local-lvm:vm-100-disk-0  32 GiB  pve1\n',
  );
  expect(tableText(listing, rows, { wide: false, width: 60 })).toBe(
    'VMID  GUEST  DISK   STORAGE    VOLUME           SIZE    NODE\n100   web    scsi0  local-lvm  …:vm-100-disk-0  32 GiB  pve1\n',
  );
});
