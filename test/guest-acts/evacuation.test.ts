import { expect, test } from 'vitest';
import { planEvacuation } from '../../src/guest-acts/evacuation.ts';
import type { EvacuationWish } from '../../src/guest-acts/evacuation.ts';
import { isUnknown } from '../../src/snapshot/snapshot.ts';
import { labSnapshot } from '../lab-snapshot.ts';

const SHARED =
  'nfs: nas\n\tpath /mnt/nas\n\tserver nas\n\texport /x\n\tcontent images,rootdir\n\nlvmthin: thin\n\tthinpool data\n\tvgname pve\n\tcontent images,rootdir\n\n';
const conf = (vmid: number, text: string, node = 'pve1', folder = 'qemu-server') =>
  [`/etc/pve/nodes/${node}/${folder}/${vmid}.conf`, text] as const;

function plan(
  guests: readonly (readonly [path: string, text: string])[],
  live: readonly number[],
  wish: Partial<EvacuationWish> = {},
  more: Readonly<Record<string, string>> = {},
) {
  const snapshot = labSnapshot({
    files: { '/etc/pve/storage.cfg': SHARED, ...Object.fromEntries(guests), ...more },
    live,
  });
  const usual = {
    to: undefined,
    beside: [],
    leave: [],
    stopped: false,
    ha: 'move',
    overcommit: false,
    ownMacs: ['BC:24:11:00:00:01'],
  } as const;
  const all = { ...usual, ...wish };
  const how = { online: true, at_once: 2, ...wish.how };
  const planned = planEvacuation(snapshot, 'pve1', { ...all, how }, { positions: {}, declaredBy: 'pve1' });
  if (isUnknown(planned)) throw new Error(planned.unknown);
  return {
    moves: planned.moves.map(({ vmid, to }) => `${vmid} ${to}`),
    stays: planned.stays,
    refused: planned.refused.map(({ message }) => message),
    hints: planned.refused.map(({ hint = '' }) => hint),
    staysDown: planned.staysDown,
  };
}

test('guests that run leave, the largest first, each to the node with the most memory left', () => {
  const guests = [
    conf(100, 'memory: 2048\n'),
    conf(101, 'memory: 8192\n'),
    conf(102, 'memory: 1024\n'),
    conf(103, 'memory: 512\n'),
    conf(200, 'memory: 1024\n', 'pve2'),
  ];
  expect(plan(guests, [100, 101, 102, 200])).toMatchObject({
    moves: ['100 pve2', '101 pve3', '102 pve2'],
    stays: [],
    refused: [],
  });
  expect(plan(guests, [100, 101, 102], { leave: [101], to: ['pve3'], stopped: true })).toMatchObject({
    moves: ['100 pve3', '102 pve3', '103 pve3'],
    stays: [101],
    refused: [],
  });
});

test('nodes that are emptied at the same time take no guests of each other', () => {
  const guests = [conf(100, 'memory: 2048\n'), conf(200, 'memory: 1024\n', 'pve3')];
  expect(plan(guests, [100, 200], { beside: ['pve2'] }).moves).toEqual(['100 pve3']);
  expect(plan(guests, [100], { beside: ['pve2', 'pve3'] }).refused).toEqual([
    'Cannot move vm/100@lab away: no other node may take it, as pve2, pve3 are emptied at the same time; one that is online and named in "to" is wanted',
  ]);
});

test('what can go nowhere is named, with all reasons, and nothing else is said to move', () => {
  const guests = [
    conf(100, 'memory: 512\nhostpci0: 0000:01:00.0\n'),
    conf(101, 'memory: 512\nscsi0: thin:vm-101-disk-0,size=1G\n'),
    conf(102, 'memory: 512\n', 'pve1', 'lxc'),
    conf(103, 'memory: 999999\n'),
    conf(104, 'memory: 512\nlock: backup\n'),
  ];
  const { refused } = plan(guests, [100, 101, 102, 103, 104]);
  for (const [vmid, why] of [
    ['vm/100', 'hostpci0 is 0000:01:00.0, which is a device of pve1'],
    ['vm/101', 'consent to copying it is wanted'],
    ['container/102', 'by way of a restart, consent is wanted'],
    ['vm/103', 'it has 999999 MiB of memory, and pve2 has the most memory left'],
    ['vm/104', 'it is locked (backup)'],
  ] as const)
    expect(refused.find((each) => each.includes(`${vmid}@`))).toContain(why);
  expect(refused).toHaveLength(5);
  expect(plan(guests, [103], { overcommit: true }).moves).toEqual(['103 pve2']);
  expect(plan(guests, [101, 102], { how: { 'with-local-disks': true, restart: true } }).moves).toEqual([
    '101 pve2',
    '102 pve3',
  ]);
  expect(plan([conf(100, 'memory: 512\n')], [100], { to: [] }).refused).toEqual([
    'Cannot move vm/100@lab away: no other node may take it; one that is online and named in "to" is wanted',
  ]);
});

test('guests under HA are moved by it, and left to it in maintenance', () => {
  const files = {
    '/etc/pve/ha/resources.cfg': 'vm: 100\n\tstate started\n\n',
    '/etc/pve/ha/manager_status': JSON.stringify({
      node_status: { pve1: 'online', pve2: 'online', pve3: 'maintenance' },
      service_status: { 'vm:100': { node: 'pve1', state: 'started', uid: 'x' } },
    }),
  };
  const guests = [conf(100, 'memory: 512\n')];
  expect(plan(guests, [100], {}, files).moves).toEqual(['100 pve2']);
  expect(plan(guests, [100], { ha: 'leave' }, files).moves).toEqual([]);
  const maintained = files['/etc/pve/ha/manager_status'].replace('"online"', '"maintenance"');
  expect(plan(guests, [100], {}, { ...files, '/etc/pve/ha/manager_status': maintained }).moves).toEqual([]);
});

test('guests that HA can move nowhere are named before the node is put into maintenance, which it would never reach', () => {
  const ha = (config: string, more = '') =>
    plan(
      [conf(100, config), conf(300, 'memory: 512\n', 'pve1', 'lxc')],
      [100, 300],
      { ha: 'leave', leave: 'all' },
      {
        '/etc/pve/ha/resources.cfg': 'vm: 100\n\tstate started\n\nct: 300\n\tstate started\n\n',
        '/etc/pve/ha/rules.cfg': more,
        '/etc/pve/ha/manager_status': JSON.stringify({
          node_status: { pve1: 'online', pve2: 'online', pve3: 'online' },
          service_status: {
            'vm:100': { node: 'pve1', state: 'started', uid: 'x' },
            'ct:300': { node: 'pve1', state: 'started', uid: 'y' },
          },
        }),
      },
    );
  // Local disks are copied by HA, containers restarted; and a rule that prefers the node brings them back later.
  const prefers = 'node-affinity: home\n\tresources vm:100,ct:300\n\tnodes pve1:9,pve2\n\n';
  expect(ha('memory: 512\nscsi0: thin:vm-100-disk-0,size=1G\n', prefers).refused).toEqual([]);
  const stuck = ha('memory: 512\nhostpci0: 0000:01:00.0\n');
  expect(stuck.refused).toEqual([
    expect.stringContaining('hostpci0 is 0000:01:00.0, which is a device of pve1'),
  ]);
  expect(stuck.hints[0]).toContain('ha-manager set vm:100 --state ignored');
  const pinned = 'node-affinity: here\n\tresources vm:100\n\tnodes pve1\n\tstrict 1\n\n';
  expect(ha('memory: 512\n', pinned).refused).toEqual([expect.stringContaining('allows it on pve1 only')]);
});

test('guests that stay and are not started with the node are told apart', () => {
  const guests = [conf(100, 'memory: 512\nonboot: 1\n'), conf(101, 'memory: 512\n')];
  expect(plan(guests, [100, 101], { leave: 'all' })).toMatchObject({
    moves: [],
    stays: [100, 101],
    staysDown: [101],
    refused: [],
  });
});

test('the guest that this program runs in may move while it runs, and is neither restarted nor left on the node', () => {
  const vm = [conf(100, 'memory: 512\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0\n')];
  expect(plan(vm, [100])).toMatchObject({ moves: ['100 pve2'], refused: [] });
  expect(plan(vm, [100], { leave: [100] }).refused).toEqual([
    'Cannot move vm/100@lab away: pvefleet itself runs in it, and would be ended in the middle of this; a guest that goes on running is wanted',
  ]);
  const container = [
    conf(200, 'memory: 512\nnet0: name=eth0,hwaddr=bc:24:11:00:00:01,bridge=vmbr0\n', 'pve1', 'lxc'),
  ];
  expect(plan(container, [200], { how: { restart: true } }).refused).toEqual([
    expect.stringContaining('pvefleet itself runs in it'),
  ]);
});
