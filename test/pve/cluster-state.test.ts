import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  haManagerStatusFile,
  membersFile,
  rrdFile,
  versionFile,
  vmlistFile,
} from '../../src/pve/cluster-state-files.ts';
import { decodeRrd } from '../../src/pve/cluster-state-rrd.ts';
import {
  decodeFileVersions,
  decodeGuestPlaces,
  decodeManagerStatus,
  decodeMembers,
} from '../../src/pve/cluster-state.ts';
import { sampleFiles } from './file-samples.ts';

const samples = sampleFiles('state', 'ha-status');
const sample = (name: string): string => samples.find((file) => file.name === `state/${name}`)?.text ?? '';

const kinds = [
  { kind: membersFile, end: '.members' },
  { kind: vmlistFile, end: '.vmlist' },
  { kind: versionFile, end: '.version' },
  { kind: rrdFile, end: '.rrd' },
  { kind: haManagerStatusFile, end: 'manager_status' },
];

describe('the files that PVE makes of its state', () => {
  test.each(kinds)('$end comes out as it went in, is known, and has no error', ({ kind, end }) => {
    const files = samples.filter(({ name }) => name.endsWith(end));
    expect(files).not.toEqual([]);
    for (const { name, text, isFromPve } of files) {
      const { encoded, findings } = kind.inspect(text);
      expect({ name, encoded }).toEqual({ name, encoded: text });
      expect({ name, errors: findings.filter(({ severity }) => severity === 'error') }).toEqual({
        name,
        errors: [],
      });
      if (!isFromPve && text !== '' && !name.includes('none')) expect(kind.looksLike(text)).toBe('certain');
    }
  });

  test('are known by their paths', () => {
    expect(membersFile.path.test('/etc/pve/.members')).toBe(true);
    expect(vmlistFile.path.test('/etc/pve/.vmlist')).toBe(true);
    expect(versionFile.path.test('/etc/pve/.version')).toBe(true);
    expect(rrdFile.path.test('/etc/pve/.rrd')).toBe(true);
    expect(haManagerStatusFile.path.test('/etc/pve/ha/manager_status')).toBe(true);
  });

  test('are read or refused for any text, never with an exception', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.constantFrom(
            '{"nodename":1,"version":0}',
            '{"__proto__":{}}',
            'pve2-node/:',
            'pve-vm-9.0/100',
            'null',
            '{}',
          ),
        ),
        (text) => {
          for (const { kind } of kinds) expect(kind.inspect(text).encoded).toBe(text);
        },
      ),
    );
  });

  test('of which one is cut off is refused with its line', () => {
    expect(membersFile.inspect('{\n"nodename": "pve1",\n"version": x').findings).toEqual([
      {
        line: 1,
        severity: 'error',
        code: 'members/unreadable',
        message: 'the file is no JSON; what PVE itself writes is wanted',
      },
    ]);
    expect(vmlistFile.inspect('{\n"version": 1,\n"ids": {\n"100": {}}}').findings).toMatchObject([
      { line: 4, message: expect.stringMatching(/^"ids\.100\./u) },
    ]);
    expect(membersFile.inspect('').findings).toHaveLength(1);
  });
});

describe('what they say', () => {
  test('.members', () => {
    expect(decodeMembers(sample('cluster.members'))).toEqual({
      value: {
        nodename: 'pve1',
        cluster: { name: 'prod', version: 3, nodes: 3, quorate: true },
        nodes: {
          pve1: { id: 1, online: true, ip: '192.0.2.11' },
          pve2: { id: 2, online: true, ip: '192.0.2.12' },
          pve3: { id: 3, online: false },
        },
      },
    });
    expect(decodeMembers(sample('lone.members'))).toEqual({ value: { nodename: 'pve', nodes: {} } });
    expect(membersFile.inspect(sample('cluster.members')).defines).toEqual([
      { kind: 'node', name: 'pve1', line: 6 },
      { kind: 'node', name: 'pve2', line: 7 },
      { kind: 'node', name: 'pve3', line: 8 },
    ]);
  });

  test('.vmlist', () => {
    expect(decodeGuestPlaces(sample('two.vmlist'))).toEqual({
      value: {
        guests: [
          { vmid: 100, node: 'pve2', kind: 'vm' },
          { vmid: 101, node: 'pve1', kind: 'container' },
        ],
      },
    });
    expect(decodeGuestPlaces(sample('none.vmlist'))).toEqual({ value: { guests: [] } });
    const { refs, defines } = vmlistFile.inspect(sample('two.vmlist'));
    expect(defines).toEqual([
      { kind: 'guest', name: '100', line: 4 },
      { kind: 'guest', name: '101', line: 5 },
    ]);
    expect(refs.map(({ name }) => name)).toEqual(['pve2', 'pve1']);
  });

  test('.version', () => {
    expect(decodeFileVersions(sample('plain.version'))).toEqual({
      value: {
        starttime: 1_700_000_000,
        files: { clinfo: 9, vmlist: 13, 'storage.cfg': 4, 'user.cfg': 2 },
      },
    });
  });

  test('manager_status', () => {
    expect(decodeManagerStatus(sample('busy.manager_status'))).toEqual({
      value: {
        master: 'pve2',
        timestamp: 1_700_000_000,
        nodes: { pve2: 'online', pve1: 'maintenance', old: 'gone' },
        services: {
          'vm:120': { node: 'pve1', state: 'migrate', target: 'pve2' },
          'ct:121': { node: 'pve2', state: 'started' },
        },
      },
    });
    expect(decodeManagerStatus('')).toEqual({ value: { nodes: {}, services: {} } });
    expect(haManagerStatusFile.inspect(sample('busy.manager_status')).refs).toEqual([
      { kind: 'node', name: 'pve2', line: 1 },
      { kind: 'node', name: 'pve1', line: 1 },
      { kind: 'guest', name: '120', line: 2 },
      { kind: 'guest', name: '121', line: 2 },
    ]);
  });

  test('.rrd of PVE 8', () => {
    const { nodes, guests, storages, unread } = decodeRrd(sample('eight.rrd'));
    expect(nodes['old1']).toMatchObject({
      uptime: 5023,
      load: 0.89,
      cpus: 8,
      cpu: 0.25,
      memory: 25_274_793_984,
    });
    expect(guests['100']).toEqual({
      time: 1_700_000_010,
      name: 'web',
      status: 'running',
      template: false,
      uptime: 90,
      cpus: 2,
      cpu: 0.05,
      memory: 2_147_483_648,
      memoryUsed: 1_073_741_824,
      disk: 34_359_738_368,
      diskUsed: 0,
    });
    expect(guests['101']).toMatchObject({ template: true, status: 'stopped' });
    expect(guests['101']).not.toHaveProperty('cpu');
    expect(storages).toEqual([
      { node: 'old1', storage: 'local', time: 1_700_000_010, total: 270_553_174_016, used: 32_085_098_496 },
    ]);
    expect(unread).toEqual([]);
  });

  test('.rrd of PVE 9, and of a guest that both versions name the later', () => {
    const { nodes, guests, storages, unread } = decodeRrd(sample('nine.rrd'));
    expect(nodes['pve1']).toMatchObject({ uptime: 4203, disk: 270_553_174_016, diskUsed: 31_962_411_008 });
    expect(guests['100']).toMatchObject({ status: 'running', uptime: 90 });
    expect(storages).toEqual([
      { node: 'pve1', storage: 'data', time: 1_700_000_010, total: 1000, used: 250 },
    ]);
    expect(unread).toEqual([5]);
    expect(rrdFile.inspect(sample('nine.rrd')).findings.map(({ severity }) => severity)).toEqual(['warning']);
  });

  test('the same in another order means the same', () => {
    const reordered = `${sample('eight.rrd').trimEnd().split('\n').toReversed().join('\n')}\n\0`;
    expect(rrdFile.inspect(reordered).normal).toEqual(rrdFile.inspect(sample('eight.rrd')).normal);
    expect(
      vmlistFile.inspect(
        '{"ids":{"101":{"type":"lxc","node":"a"},"100":{"node":"b","type":"qemu"}},"version":1}',
      ).normal,
    ).toEqual(
      vmlistFile.inspect(
        '{"version":1,"ids":{"100":{"type":"qemu","node":"b"},"101":{"node":"a","type":"lxc"}}}',
      ).normal,
    );
    expect(vmlistFile.inspect(sample('none.vmlist')).normal).not.toEqual(
      vmlistFile.inspect(sample('two.vmlist')).normal,
    );
  });

  test.each([
    [
      'what a node reports',
      versionFile,
      '{"starttime":1,"kvstore":{"a":{"x":1}}}',
      '{"starttime":1,"kvstore":{}}',
    ],
    [
      'an order that was given to the manager',
      haManagerStatusFile,
      '{"service_status":{"vm:1":{"node":"a","state":"started","uid":"x"}}}',
      '{"service_status":{"vm:1":{"node":"a","state":"started","uid":"y"}}}',
    ],
    [
      'a column that is newer',
      rrdFile,
      'pve2.3-vm/1:1:a:running:0:2:1:0:0:0:0:0:0:0:0:8\n',
      'pve2.3-vm/1:1:a:running:0:2:1:0:0:0:0:0:0:0:0:9\n',
    ],
    ['a line of no known kind', rrdFile, 'pve-x-9.0/a:1\n', 'pve-x-9.0/a:2\n'],
  ])('%s tells two of them apart', (_, kind, a, b) => {
    expect(kind.inspect(a).normal).not.toEqual(kind.inspect(b).normal);
    expect(kind.inspect(a).normal).toEqual(kind.inspect(`${a}\n`).normal);
  });
});
