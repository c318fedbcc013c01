import { execFileSync } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { probeScript } from '../../src/snapshot/probe.ts';
import type { NodeAnswer } from '../../src/snapshot/read-answer.ts';
import { readAnswer } from '../../src/snapshot/read-answer.ts';
import type { FakeNode } from './fake-root.ts';
import { fakeNode, membersText } from './fake-root.ts';

const nonce = 'f00d';

async function make(options: FakeNode) {
  const node = await fakeNode(options);
  onTestFinished(node.remove);
  return node;
}

async function probe(
  options: FakeNode,
  mode: 'survey' | 'tree' = 'survey',
  env = {},
): Promise<{ answer: NodeAnswer; output: string }> {
  const node = await make(options);
  const output = await node.run(probeScript({ mode }, nonce), env);
  const answer = readAnswer('host', output, nonce);
  if (!answer.ok) throw new Error(JSON.stringify(answer.diagnostics));
  return { answer: answer.value, output: output.toString('latin1') };
}

describe('the probe in dash', () => {
  test('tells what a lone node is', async () => {
    const { answer } = await probe({
      vms: [100, 101],
      containers: [200],
      files: {
        '/run/qemu-server/102.pid': '999999\n',
        '/run/qemu-server/103.pid': '1100\n',
        '/etc/pve/storage.cfg': 'dir: local\n\tpath /var/lib/vz\n',
        '/etc/debian_version': '13.1\n',
        '/etc/hosts': '127.0.0.1 localhost\n10.10.10.11 pve1.lab.internal pve1 # this one\n',
      },
    });
    expect(answer).toMatchObject({
      host: 'host',
      node: 'pve1',
      etcPve: 'read',
      state: {
        host: 'host',
        versions: { 'pve-manager': '9.2.11', 'qemu-server': '9.2.6' },
        kernel: '6.17.13-1-pve',
        cpus: 2,
        memory: 24682416 * 1024,
        uptime: 6261.2,
        bootId: 'boot-of-pve1',
        running: { vms: [100, 101], containers: [200] },
        interfaces: ['nic0', 'vmbr0'],
        bridges: ['vmbr0'],
        system: { debian: '13.1', fqdn: 'pve1.lab.internal', machine: expect.any(String) as string },
      },
    });
    expect(answer.clusterName).toBeUndefined();
    expect(answer.state.versions).not.toHaveProperty('pve-container');
    expect(answer.tree?.files['/etc/pve/storage.cfg']).toBe('dir: local\n\tpath /var/lib/vz\n');
  });

  test('sends the tree as it is, with digests taken on the node', async () => {
    const texts: Record<string, string> = {
      '/etc/pve/nodes/pve1/qemu-server/100.conf':
        'name: grüße\r\ndescription: |bar\nend f00d\nfile - /etc/pve/x\n',
      '/etc/pve/nodes/pve1/lxc/200.conf': 'hostname: c1\nno line feed at the end',
      '/etc/pve/empty.cfg': '',
      '/etc/pve/only-line-feeds.cfg': '\n\n',
      '/etc/pve/with space.cfg': 'a=b\n',
    };
    const { answer } = await probe({ files: texts });
    for (const [path, text] of Object.entries(texts)) {
      expect(answer.tree?.files[path]).toBe(text);
      expect(answer.tree?.digests[path]).toBe(createHash('sha1').update(text).digest('hex'));
    }
  });

  test('bytes that are no text do not hurt the files after them', async () => {
    const { answer } = await probe({
      files: { '/etc/pve/a.cfg': Buffer.from([0, 255, 10, 124, 13, 0]), '/etc/pve/b.cfg': 'b\n' },
    });
    expect(answer.tree?.files['/etc/pve/b.cfg']).toBe('b\n');
  });

  test('keys and secrets never leave the node', async () => {
    const { answer, output } = await probe({
      files: {
        '/etc/pve/priv/shadow.cfg': 'root:HUSH-0\n',
        '/etc/pve/nodes/pve1/priv/x': 'HUSH-1',
        '/etc/pve/nodes/pve1/pve-ssl.key': 'HUSH-2',
        '/etc/pve/pve-www.key': 'HUSH-3',
        '/etc/pve/.clusterlog': 'HUSH-4',
        '/etc/pve/nodes/pve1/pveproxy-ssl.pem': 'HUSH-5',
        '/etc/pve/nodes/pve1/qemu-server/100.conf':
          'name: a\ncipassword: HUSH-6\n\n[PENDING]\ncipassword: HUSH-7\n',
        '/etc/pve/nodes/pve1/qemu-server/101.conf': 'cipassword: HUSH-6\n',
        '/etc/pve/domains.cfg':
          'openid: o\n\tclient-id me\n\tclient-key HUSH 8\n\npam: p\n\ttfa type=yubico,id=1,key=HUSH-9\n',
        '/etc/pve/sdn/dns.cfg': 'powerdns: d\n\tkey HUSH-10\n\turl https://d\n',
        '/etc/pve/sdn/ipams.cfg': 'netbox: n\n\ttoken\tHUSH-11\n',
        '/etc/pve/storage.cfg': 'cifs: c\n  password HUSH-12\n\tserver s\n\nrbd: r\n\tkeyring HUSH-13\n',
        '/etc/pve/datacenter.cfg': 'http_proxy: http://me:HUSH-14@proxy:3128\nkeyboard: de\n',
        '/etc/pve/user.cfg': 'user:old@pam:1:0::::: HUSH-15:\nuser:new@pam:1:0:::::x!oath:\n',
        '/etc/pve/ceph.conf': '[client]\n\tkey = HUSH-16\n',
      },
    });
    expect(output).not.toContain('HUSH');
    expect(answer.tree?.files['/etc/pve/nodes/pve1/qemu-server/100.conf']).toMatch(
      /^name: a\ncipassword: <secret:[0-9a-f]{40}>\n\n\[PENDING\]\ncipassword: <secret:[0-9a-f]{40}>\n$/u,
    );
    const blanked = (vmid: number) =>
      /<secret:\w+>/u.exec(answer.tree?.files[`/etc/pve/nodes/pve1/qemu-server/${vmid}.conf`] ?? '')?.[0];
    expect(blanked(100)).toBe(blanked(101));
    expect(answer.tree?.files['/etc/pve/domains.cfg']).toContain('\tclient-id me\n\tclient-key <secret:');
    expect(answer.tree?.files['/etc/pve/datacenter.cfg']).toContain('keyboard: de\n');
    expect(answer.tree?.files['/etc/pve/user.cfg']).toMatch(
      /^user:old@pam:1:0:::::<secret:[0-9a-f]{40}>\nuser:new@pam:1:0:::::x!oath:\n$/u,
    );
    expect(answer.tree?.digests['/etc/pve/ceph.conf']).toBe(
      createHash('sha1').update('[client]\n\tkey = HUSH-16\n').digest('hex'),
    );
  });

  test.each([
    [
      'the lowest id that is online sends it',
      membersText('pve1', 'prod', true, { pve1: true, pve2: true }),
      'survey',
      true,
    ],
    ['a higher id does not', membersText('pve1', 'prod', true, { pve0: true, pve1: true }), 'survey', false],
    [
      'one that is offline does not count',
      membersText('pve1', 'prod', true, { pve0: false, pve1: true }),
      'survey',
      true,
    ],
    [
      'ids are numbers, not words',
      membersText('pve1', 'prod', true, { pve0: true, pve1: true }, { pve0: 10, pve1: 9 }),
      'survey',
      true,
    ],
    [
      'without quorum nobody does',
      membersText('pve1', 'prod', false, { pve1: true, pve2: false }),
      'survey',
      false,
    ],
    [
      'asked for the tree it sends it anyway',
      membersText('pve1', 'prod', false, { pve0: true, pve1: true }),
      'tree',
      true,
    ],
  ] as const)('whose tree: %s', async (_name, members, mode, sent) => {
    const { answer } = await probe(
      { files: { '/etc/pve/.members': members, '/etc/pve/storage.cfg': 'dir: local\n' } },
      mode,
    );
    expect(answer.clusterName).toBe('prod');
    expect(answer.etcPve).toBe('read');
    expect(answer.tree !== undefined).toBe(sent);
  });

  test('an /etc/pve that is not mounted is unknown, not empty', async () => {
    const { answer } = await probe({
      files: {
        '/proc/mounts': 'proc /proc proc rw 0 0\n',
        '/etc/corosync/corosync.conf': 'totem {\n  cluster_name: prod\n}\n',
      },
    });
    expect(answer).toMatchObject({
      node: 'pve1',
      clusterName: 'prod',
      etcPve: { unknown: 'it is not mounted, so pve-cluster does not run' },
    });
    expect(answer.tree).toBeUndefined();
  });

  test('an /etc/pve that hangs costs its own row', async () => {
    const node = await make({ files: { '/etc/pve/.members': null } });
    execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', join(node.root, 'etc/pve/.members')]);
    const answer = readAnswer(
      'host',
      await node.run(probeScript({ mode: 'survey' }, nonce), { PVEFLEET_LIMIT: '0.2' }),
      nonce,
    );
    expect(answer).toMatchObject({
      ok: true,
      value: { node: 'pve1', state: { cpus: 2 }, etcPve: { unknown: 'it did not answer within 0.2 s' } },
    });
  });

  test('power is unknown, not off, where it cannot be read', async () => {
    const { answer } = await probe({ files: { '/proc/net/unix': null }, vms: [100] });
    expect(answer.state.running).toEqual({ unknown: '/proc/net/unix cannot be read' });
  });

  test('300 guests are one run that writes nothing', async () => {
    const files: Record<string, string> = {};
    for (let vmid = 100; vmid < 400; vmid++)
      files[`/etc/pve/nodes/pve1/qemu-server/${vmid}.conf`] =
        `name: g${vmid}\n${'net0: virtio=BC:24:11:10:00:00,bridge=vmbr0\n'.repeat(20)}`;
    const node = await make({ files, vms: Array.from({ length: 300 }, (_, index) => index + 100) });
    const before = await listing(node.root);
    const answer = readAnswer('host', await node.run(probeScript({ mode: 'survey' }, nonce)), nonce);
    expect(answer).toMatchObject({ ok: true });
    if (!answer.ok) return;
    expect(Object.keys(answer.value.tree?.digests ?? {})).toHaveLength(300);
    expect(answer.value.state.running).toMatchObject({ vms: expect.arrayContaining([100, 399]) as unknown });
    expect(await listing(node.root)).toEqual(before);
  });
});

async function listing(root: string): Promise<readonly string[]> {
  const paths = await readdir(root, { recursive: true });
  return Promise.all(paths.sort().map(async (path) => `${path} ${(await stat(join(root, path))).mtimeMs}`));
}
