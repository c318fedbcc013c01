import { expect, test } from 'vitest';
import { kindAt, kindByPath, kindsByContent } from '../../src/lint/tell-kind.ts';
import { fileKinds } from '../../src/pve/file-kinds.ts';

test.each([
  ['backup/etc/pve/storage.cfg', 'storage'],
  ['./storage.cfg', 'storage'],
  ['qemu-server/100.conf', 'vm'],
  ['/srv/b/etc/pve/nodes/pve1/lxc/100.conf', 'container'],
  ['lxc/100.conf', 'container'],
  ['resources.cfg', 'ha-resources'],
  ['ha/rules.cfg', 'ha-rules'],
  ['sdn/zones.cfg', 'sdn-zones'],
  ['mapping/directory.cfg', 'mapping-dir'],
  ['100.fw', 'firewall-guest'],
  ['cluster.fw', 'firewall-cluster'],
  ['nodes/pve1/host.fw', 'firewall-host'],
  ['sdn/firewall/v1.fw', 'firewall-vnet'],
  ['etc/network/interfaces', 'interfaces'],
  ['corosync.conf', 'corosync'],
  ['etc/vzdump.conf', 'vzdump-conf'],
  ['sources.list.d/pve.sources', 'apt-sources'],
  ['100.conf', undefined],
  ['notes.txt', undefined],
  ['mystorage.cfg', undefined],
])('%s is %s by its path', (path, kind) => {
  expect(kindByPath(path)?.kind).toBe(kind);
});

test('in a copy the whole path counts', () => {
  expect(kindAt('/etc/pve/storage.cfg')?.kind).toBe('storage');
  expect(kindAt('/etc/pve/backup/storage.cfg')).toBeUndefined();
});

test('names of kinds are what --as takes: short, and each its own', () => {
  const names = fileKinds.map(({ kind }) => kind);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z][a-z-]*$/u);
});

test('content tells where it can, and nothing tells of a letter', () => {
  const kinds = (text: string) => kindsByContent(text).kinds.map(({ kind }) => kind);
  expect(kinds('auto vmbr0\niface vmbr0 inet manual\n')).toEqual(['interfaces']);
  expect(kinds('scsi0: local:1,size=1G\nmemory: 512\n')).toEqual(['vm']);
  expect(kinds('rootfs: local:1\nhostname: a\n')).toEqual(['container']);
  expect(kinds('Dear Anna,\n\nall is well.\n')).toEqual([]);
});
