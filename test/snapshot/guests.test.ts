import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { options } from '../../src/pve/guest-config.ts';
import { bridgesOf } from '../../src/snapshot/bridges.ts';
import { withFile, withGuest, withoutGuest, withPower } from '../../src/snapshot/change.ts';
import { guests, haResources, power } from '../../src/snapshot/guests.ts';
import { isUnknown } from '../../src/snapshot/snapshot.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { storages } from '../../src/snapshot/storages.ts';
import { snapshotWith } from './sample.ts';

const vm = '/etc/pve/nodes/pve1/qemu-server/100.conf';
const container = '/etc/pve/nodes/pve2/lxc/200.conf';
const sample = snapshotWith({ [vm]: 'name: a\n', [container]: 'hostname: c\n' });
const dark: Snapshot = { ...sample, files: { unknown: 'nobody answered' } };

function known<T>(value: T): Exclude<T, { readonly unknown: string }> {
  if (isUnknown(value)) throw new Error(value.unknown);
  return value as Exclude<T, { readonly unknown: string }>;
}

describe('guests', () => {
  test('are those of .vmlist and of the files', () => {
    const found = known(guests(sample));
    expect(found.map(({ vmid, type, node }) => [vmid, type, node])).toEqual([
      [100, 'vm', 'pve1'],
      [200, 'container', 'pve2'],
    ]);
    expect({ ...options(known(found[0]?.config ?? { unknown: 'none' })) }).toEqual({ name: 'a' });
  });

  test('a listed guest whose file is not there is known, its config is not', () => {
    const [guest] = known(
      guests(snapshotWith({ '/etc/pve/.vmlist': '{"ids": {"7": {"node": "pve1", "type": "lxc"}}}' })),
    );
    expect(guest).toMatchObject({
      vmid: 7,
      type: 'container',
      config: { unknown: '.vmlist names guest 7, and /etc/pve/nodes/pve1/lxc/7.conf was not there' },
    });
  });

  test('are unknown, not none, without files or .vmlist', () => {
    expect(guests(dark)).toEqual({ unknown: 'nobody answered' });
    expect(guests(snapshotWith({ '/etc/pve/.vmlist': '' }))).toHaveProperty('unknown');
  });

  test('run by what their own node says', () => {
    expect(power(sample, 100)).toBe('stopped');
    expect(power(withPower(sample, 'pve1', 'vm', 100, true), 100)).toBe('running');
    expect(power(sample, 200)).toEqual({ unknown: 'pve2 did not answer' });
    expect(power(dark, 100)).toEqual({ unknown: 'nobody answered' });
  });
});

describe('a snapshot in step with changes', () => {
  test('a new guest is listed, with the digest of its config', () => {
    const after = withGuest(sample, { vmid: 300, type: 'vm', node: 'pve1', text: 'name: new\n' });
    expect(known(guests(after)).map(({ vmid }) => vmid)).toEqual([100, 200, 300]);
    expect(after.digests['/etc/pve/nodes/pve1/qemu-server/300.conf']).toBe(
      createHash('sha1').update('name: new\n').digest('hex'),
    );
    expect(known(guests(sample))).toHaveLength(2);
  });

  test('a guest that goes takes its power along', () => {
    const after = withoutGuest(withPower(sample, 'pve1', 'vm', 100, true), 100);
    expect(known(guests(after)).map(({ vmid }) => vmid)).toEqual([200]);
    expect(after.nodes['pve1']).toMatchObject({ running: { vms: [], containers: [] } });
  });

  test('a guest that moves is in one place only', () => {
    const after = withGuest(sample, { vmid: 100, type: 'vm', node: 'pve2', text: 'name: a\n' });
    expect(known(guests(after)).map(({ vmid, node }) => [vmid, node])).toEqual([
      [100, 'pve2'],
      [200, 'pve2'],
    ]);
  });

  test('the digest of a text with a blanked secret is not known', () => {
    expect(withFile(sample, vm, 'cipassword: <secret:00>\n').digests).toEqual({});
    expect(withFile(sample, vm, 'cipassword: <secret:00>\n', 'abc').digests).toEqual({ [vm]: 'abc' });
  });
});

test('storages are read with content, nodes and whether they are enabled', () => {
  const text =
    'dir: local\n\tpath /var/lib/vz\n\tcontent iso,vztmpl\n\n# a comment\nlvmthin: fast\n\tthinpool data\n\tnodes pve1,pve2\n\tdisable\n\ndir: off\n\tcontent none\n\tdisable 0\n';
  expect(storages(snapshotWith({ '/etc/pve/storage.cfg': text }))).toMatchObject([
    { id: 'local', type: 'dir', content: ['iso', 'vztmpl'], disabled: false },
    { id: 'fast', type: 'lvmthin', content: ['images', 'rootdir'], nodes: ['pve1', 'pve2'], disabled: true },
    { id: 'off', content: [], disabled: false },
  ]);
  expect(storages(snapshotWith({}))).toMatchObject([{ id: 'local' }]);
  expect(storages(dark)).toHaveProperty('unknown');
});

test('bridges are live ones and vnets', () => {
  const snapshot = snapshotWith({ '/etc/pve/sdn/vnets.cfg': 'vnet: v1\n\tzone z\n' });
  expect(bridgesOf(snapshot, 'pve1')).toEqual(['vmbr0', 'v1']);
  expect(bridgesOf(snapshot, 'pve2')).toEqual({ unknown: 'pve2 did not answer' });
  expect(bridgesOf(dark, 'pve1')).toEqual({ unknown: 'nobody answered' });
});

test('HA manages what ha/resources.cfg names', () => {
  expect(
    haResources(snapshotWith({ '/etc/pve/ha/resources.cfg': 'vm: 100\n\tstate started\n\nct: 200\n' })),
  ).toEqual(new Set(['vm:100', 'ct:200']));
  expect(haResources(snapshotWith({}))).toEqual(new Set());
});
