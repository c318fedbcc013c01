import { describe, expect, test } from 'vitest';
import type { PveCall } from '../../src/pve/call.ts';
import { checkCall, checkOption } from '../../src/pve/check-call.ts';
import { loadArea } from '../../src/pve/load-area.ts';
import { versionDifferences } from '../../src/pve/version-differences.ts';

async function messages(call: PveCall, major: number): Promise<readonly string[]> {
  const cannot = `Cannot call ${call.method} ${call.path}: `;
  return checkCall(call, await loadArea(call.path), major).map(({ message }) => message.replace(cannot, ''));
}

const rule: PveCall = {
  method: 'POST',
  path: '/cluster/ha/rules',
  params: { type: 'node-affinity', rule: 'rr', resources: 'vm:100', nodes: 'pve1' },
};
const group: PveCall = {
  method: 'POST',
  path: '/cluster/ha/groups',
  params: { group: 'gg', nodes: 'pve1' },
};
const gluster: PveCall = {
  method: 'POST',
  path: '/storage',
  params: { storage: 'gg', type: 'glusterfs', server: '10.0.0.1', volume: 'v' },
};
const role = (privs: string): PveCall => ({
  method: 'POST',
  path: '/access/roles',
  params: { roleid: 'r', privs },
});

describe('a call on PVE 8 and on PVE 9', () => {
  test.each<[PveCall, readonly string[], readonly string[]]>([
    [rule, ['the method is there from PVE 9 on; this is PVE 8'], []],
    [group, [], ['the method is there up to PVE 8 only; this is PVE 9']],
    [
      gluster,
      [],
      [
        'type: "glusterfs" is there up to PVE 8 only; this is PVE 9',
        'volume: it is there up to PVE 8 only; this is PVE 9',
      ],
    ],
    [role('VM.Audit,VM.Monitor'), [], ['privs: "VM.Monitor" is there up to PVE 8 only; this is PVE 9']],
    [role('VM.Replicate'), ['privs: "VM.Replicate" is there from PVE 9 on; this is PVE 8'], []],
    [
      { method: 'PUT', path: '/storage/xx', params: { 'snapshot-as-volume-chain': '1', disable: '1' } },
      ['snapshot-as-volume-chain: it is there from PVE 9 on; this is PVE 8'],
      [],
    ],
    // Dropped from pve-guest-common's source after 9.1.
    [{ method: 'POST', path: '/nodes/a/vzdump', params: { vmid: '100', maxfiles: '3' } }, [], []],
    [
      { method: 'PUT', path: '/nodes/a/qemu/100/config', params: { cores: '0' } },
      ['cores: "0" is refused; a whole number of at least 1 is wanted'],
      ['cores: "0" is refused; a whole number of at least 1 is wanted'],
    ],
  ])('%j', async (call, on8, on9) => {
    expect((await messages(call, 8)).toSorted()).toEqual(on8.toSorted());
    expect((await messages(call, 9)).toSorted()).toEqual(on9.toSorted());
  });

  test('options of guests', () => {
    expect(checkOption('vm', 'allow-ksm', '0')).toEqual([]);
    expect(checkOption('vm', 'allow-ksm', '0', 8)).toEqual([
      { message: 'it is there from PVE 9 on; this is PVE 8' },
    ]);
    expect(checkOption('container', 'net0', 'name=eth0,host-managed=1', 8)).toEqual([
      { message: '"host-managed" is there from PVE 9 on; this is PVE 8' },
    ]);
    expect(checkOption('vm', 'ide0', 'data:vm-1-disk-0,cyls=5', 8)).toEqual([]);
    expect(checkOption('vm', 'ide0', 'data:vm-1-disk-0,cyls=5', 9)).toHaveLength(1);
    expect(checkOption('vm', 'ide0', 'data:vm-1-disk-0,cyls=5,sects=1', 8)).toHaveLength(1);
  });
});

test('every row is about something that the tables have, or have no more, and says where it is from', async () => {
  const paths = ['/cluster/firewall', '/nodes/a/qemu', '/storage', '/access', '/cluster/ha', '/cluster/sdn'];
  const more = ['/cluster/backup', '/nodes/a/network', '/cluster/metrics', '/nodes', '/version'];
  const areas = await Promise.all([...paths, ...more].map(loadArea));
  const methods = areas.flatMap((area) => area.methods);
  for (const row of versionDifferences) {
    const about = methods.filter(({ method, path }) => row.about.test(`${method} ${path}`));
    const { parameter } = row;
    const has = about.some(({ params, options }) => {
      const names = Object.keys(params).map((name) => name.replace('[n]', '0'));
      return parameter === undefined || options !== undefined || names.some((name) => parameter.test(name));
    });
    const isGone = row.to !== undefined && parameter !== undefined;
    expect([row.source, about.length > 0 && (has || isGone)]).toEqual([row.source, true]);
    expect(row.from === undefined).toBe(row.to !== undefined);
    expect(row.source).toMatch(/^(?:recording \S+|[\w-]+ (?:[\da-f]{7,}|\d\S*))/u);
  }
});
