import { expect, test } from 'vitest';
import { findPlace } from '../../src/selftest/find-place.ts';
import type { LabSnapshot } from '../lab-snapshot.ts';
import { labSurvey } from '../lab-snapshot.ts';

const vmids = [9990, 9991, 9992, 9993, 9994, 9995];
const find = (options: LabSnapshot, storage?: string) =>
  findPlace(labSurvey(options), { host: 'pve1', storage, vmids });
const why = (options: LabSnapshot, storage?: string): string => {
  const found = find(options, storage);
  return found.ok
    ? ''
    : found.diagnostics
        .map(({ message, hint, trouble }) => `${trouble}: ${message}; ${hint ?? ''}`)
        .join('\n');
};

test('a storage of the node that takes images, a bridge and the first VMIDs are taken', () => {
  expect(find({ bridges: ['vmbr1', 'vmbr0'] })).toMatchObject({
    value: {
      host: 'pve1',
      cluster: 'lab',
      node: 'pve1',
      storage: { id: 'local-lvm', type: 'lvmthin', forContainers: true },
      bridge: 'vmbr0',
      vmids: { vm: 9990, clone: 9991, linked: 9992, container: 9993, containerClone: 9994 },
    },
  });
  expect(find({ bridges: [] })).not.toHaveProperty('value.bridge');
  expect(find({}, 'other')).toMatchObject({ value: { storage: { id: 'other', forContainers: false } } });
});

test.each([
  ['/etc/pve/nodes/pve2/qemu-server/9995.conf', 'name: web\n', 'VMID 9995 is used, by vm web on pve2'],
  ['/etc/pve/nodes/pve3/lxc/9990.conf', 'memory: 1\n', 'VMID 9990 is used, by a container on pve3'],
  ['/etc/pve/firewall/9991.fw', '', "VMID 9991 is named in the cluster's files"],
  ['/etc/pve/ha/resources.cfg', 'vm: 9992\n\tstate started\n', "VMID 9992 is named in the cluster's files"],
  [
    '/etc/pve/nodes/pve2/qemu-server/100.conf',
    'scsi0: local-lvm:vm-9993-disk-0,size=1G\n',
    'VMID 9993 is named',
  ],
  [
    '/etc/pve/nodes/pve1/qemu-server/9990.conf',
    'name: pvefleet-selftest-clone\n',
    'An earlier self-test has left it. To remove it, on pve1: qm stop 9990 --skiplock 1; qm destroy 9990',
  ],
])('VMIDs that are used are refused: %s', (path, text, message) => {
  expect(why({ files: { [path]: text } })).toContain(message);
  expect(why({ files: { [path]: text } })).toMatch(/^refused: Cannot run the self-test/u);
});

test.each([
  ['nix', 'there is no storage "nix"'],
  ['local', 'storage local takes iso, vztmpl, backup'],
  ['off', 'storage off is disabled'],
])('storage %s is refused', (storage, message) => {
  expect(why({}, storage)).toContain(message);
  expect(why({}, storage)).toContain(
    'Storages for images on pve1: local-lvm (lvmthin), only1 (lvmthin), other (dir).',
  );
});

test('a storage of other nodes is refused', () => {
  const found = findPlace(labSurvey(), { host: 'pve2', storage: 'only1', vmids });
  expect(found).toMatchObject({
    diagnostics: [
      { message: 'Cannot run the self-test: storage only1 is for pve1 only; one that pve2 has is wanted' },
    ],
  });
});

test('no quorum, no storage, no answer', () => {
  expect(why({ quorate: false })).toContain('without quorum');
  expect(why({ files: { '/etc/pve/storage.cfg': '' } })).toBe('');
  expect(why({ files: { '/etc/pve/storage.cfg': 'dir: local\n\tpath /x\n\tcontent iso\n' } })).toContain(
    'no storage of pve1 takes images',
  );
  const unreachable = { code: 'a/b', severity: 'error', trouble: 'unreachable', message: 'Cannot' } as const;
  expect(
    findPlace({ clusters: [], unreachable: [unreachable] }, { host: 'pve1', storage: undefined, vmids }),
  ).toMatchObject({ diagnostics: [unreachable] });
});
