import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { guests, power } from '../../src/snapshot/guests.ts';
import { readOffline } from '../../src/snapshot/read-offline.ts';
import { saveSurvey } from '../../src/snapshot/saved-survey.ts';
import { isUnknown } from '../../src/snapshot/snapshot.ts';
import { fleet } from '../listing/fleet.ts';

let base: string;
let count = 0;
let root: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'pvefleet-copy-'));
});
beforeEach(() => {
  root = join(base, String(count++));
});
afterAll(() => rm(base, { recursive: true, force: true }));

async function copyOf(files: Readonly<Record<string, string>>) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const read = await readOffline(root);
  if (!read.ok) throw new Error(read.diagnostics.map(({ message }) => message).join('\n'));
  return read;
}

const corosync = (cluster: string): string =>
  `nodelist {\n  node {\n    name: pve1\n    nodeid: 1\n    ring0_addr: 10.0.0.1\n  }\n  node {\n    name: pve2\n    nodeid: 2\n    ring0_addr: 10.0.0.2\n  }\n}\ntotem {\n  cluster_name: ${cluster}\n  version: 2\n}\n`;

test('a copy of a cluster: members by corosync.conf, guests by their files, nothing known of what runs', async () => {
  const { value } = await copyOf({
    'etc/pve/corosync.conf': corosync('prod'),
    'etc/pve/nodes/pve1/qemu-server/100.conf': 'name: a\n',
    'etc/pve/nodes/pve2/lxc/200.conf': 'hostname: b\n',
    'etc/pve/nodes/left/qemu-server/.keep': '',
  });
  expect(value.unreachable).toEqual([]);
  const [cluster] = value.clusters;
  if (cluster === undefined) throw new Error('no cluster');
  expect(cluster.cluster).toBe('prod');
  expect(Object.keys(cluster.nodes)).toEqual(['pve1', 'pve2']);
  expect(guests(cluster)).toMatchObject([
    { vmid: 100, type: 'vm', node: 'pve1' },
    { vmid: 200, type: 'container', node: 'pve2' },
  ]);
  expect(power(cluster, 100)).toEqual({ unknown: expect.stringContaining('a copy of /etc/pve') as unknown });
  expect(cluster.digests['/etc/pve/nodes/pve1/qemu-server/100.conf']).toMatch(/^[0-9a-f]{40}$/u);
});

test('a copy of a lone node, of /etc/pve itself, with links as directories', async () => {
  const { value } = await copyOf({
    'storage.cfg': 'dir: local\n\tpath /x\n',
    'nodes/solo/qemu-server/100.conf': 'name: a\n',
    'local/qemu-server/100.conf': 'name: a\n',
    'qemu-server/100.conf': 'name: a\n',
  });
  expect(value.clusters).toMatchObject([{ cluster: 'solo', nodes: { solo: {} } }]);
  expect(value.clusters.map((cluster) => guests(cluster))).toMatchObject([[{ vmid: 100, node: 'solo' }]]);
});

test("only a node's own folders: its name is by /etc/hostname", async () => {
  const { value } = await copyOf({
    'etc/hostname': 'solo.example.org\n',
    'etc/pve/lxc/200.conf': 'hostname: b\n',
    'etc/network/interfaces': 'auto lo\niface lo inet loopback\n',
  });
  expect(value.clusters).toMatchObject([
    {
      cluster: 'solo',
      nodeFiles: { solo: { '/etc/network/interfaces': 'auto lo\niface lo inet loopback\n' } },
    },
  ]);
  expect(value.clusters.map((cluster) => guests(cluster))).toMatchObject([[{ vmid: 200, node: 'solo' }]]);
});

test('keys are left out, and secrets blanked', async () => {
  const { value } = await copyOf({
    'etc/pve/priv/shadow.cfg': 'bob:HUSH\n',
    'etc/pve/nodes/pve1/pve-ssl.key': 'HUSH',
    'etc/pve/storage.cfg': 'cifs: nas\n\tpassword HUSH\n\tserver x\n',
    'etc/pve/nodes/pve1/qemu-server/100.conf': 'cipassword: HUSH\nname: a\n',
    'etc/pve/user.cfg': 'user:old@pam:1:0:A:B:a@b:c:HUSH:\n',
  });
  expect(JSON.stringify(value)).not.toContain('HUSH');
  expect(value.clusters[0]?.files).toMatchObject({
    '/etc/pve/storage.cfg': 'cifs: nas\n\tpassword <secret>\n\tserver x\n',
    '/etc/pve/nodes/pve1/qemu-server/100.conf': 'cipassword: <secret>\nname: a\n',
    '/etc/pve/user.cfg': 'user:old@pam:1:0:A:B:a@b:c:<secret>\n',
  });
});

test("two copies of one cluster: the first counts, each node's own files are taken", async () => {
  const { value, warnings } = await copyOf({
    'pve1/etc/hostname': 'pve1\n',
    'pve1/etc/pve/corosync.conf': corosync('prod'),
    'pve1/etc/pve/storage.cfg': 'dir: first\n\tpath /x\n',
    'pve1/etc/network/interfaces': 'auto a\n',
    'pve2/etc/hostname': 'pve2\n',
    'pve2/etc/pve/corosync.conf': corosync('prod'),
    'pve2/etc/network/interfaces': 'auto b\n',
    'other/etc/pve/corosync.conf': corosync('edge'),
  });
  expect(value.clusters).toMatchObject([
    { cluster: 'edge' },
    {
      cluster: 'prod',
      nodeFiles: {
        pve1: { '/etc/network/interfaces': 'auto a\n' },
        pve2: { '/etc/network/interfaces': 'auto b\n' },
      },
    },
  ]);
  expect(isUnknown(value.clusters[1]?.files)).toBe(false);
  expect(value.clusters[1]?.files).toHaveProperty(['/etc/pve/storage.cfg']);
  expect(warnings).toMatchObject([{ severity: 'warning', code: 'survey/same-name' }]);
});

test('a saved survey is read as one, its node files with it', async () => {
  await saveSurvey(fleet, root);
  expect(await readOffline(root)).toEqual({ ok: true, value: fleet, warnings: [] });
});

test('anything else is refused', async () => {
  await mkdir(root, { recursive: true });
  await writeFile(join(root, 'notes.txt'), 'x');
  expect(await readOffline(root)).toMatchObject({
    ok: false,
    diagnostics: [
      { code: 'survey/read', message: expect.stringContaining('no file of /etc/pve in it') as unknown },
    ],
  });
  expect(await readOffline(join(root, 'nowhere'))).toMatchObject({ ok: false });
});

test('two clusters side by side, each under a name of its own', async () => {
  const { value } = await copyOf({
    'graz/corosync.conf': corosync('prod'),
    'graz/nodes/pve1/qemu-server/100.conf': 'name: a\n',
    'wien/corosync.conf': corosync('test'),
    'wien/nodes/pve1/lxc/200.conf': 'hostname: b\n',
  });
  expect(value.clusters.map((cluster) => [cluster.cluster, guests(cluster)])).toMatchObject([
    ['prod', [{ vmid: 100 }]],
    ['test', [{ vmid: 200 }]],
  ]);
});
