import { expect, test } from 'vitest';
import type { SimulatedNode } from '../../lab/src/cluster.ts';
import { simulateCluster } from '../../lab/src/cluster.ts';
import { createShell } from '../../lab/src/shell/shell.ts';
import type { Exec } from '../../src/apply/exec.ts';
import { ok } from '../../src/diagnostic.ts';
import type { Node } from '../../src/inventory/node.ts';
import { guests, power } from '../../src/snapshot/guests.ts';
import { storages } from '../../src/snapshot/storages.ts';
import { survey } from '../../src/snapshot/survey.ts';

/** The lab's shell is another program than dash, and its node was written apart from ours. */

const host = (name: string): Node => ({
  name,
  groups: ['all'],
  variables: {},
  connection: { host: name, port: 22, user: 'root', knownHosts: [] },
});

function labExec(nodes: readonly SimulatedNode[]): Exec {
  const shells = new Map(nodes.map((node) => [node.machine.name, createShell(node, new Map())]));
  return async (name, command) => {
    const shell = shells.get(name);
    if (shell === undefined) throw new Error(`no node ${name}`);
    const { exit, stdout, stderr } = await shell({
      command,
      stdin: Buffer.alloc(0),
      env: {},
      signal: new AbortController().signal,
    });
    return ok({ exit, stdout, stderr });
  };
}

test('a survey of the lab says what its nodes are', async () => {
  const { nodes } = simulateCluster({
    name: 'lab',
    nodes: [
      { name: 'pve1', ip: '10.0.0.1' },
      { name: 'pve2', ip: '10.0.0.2' },
    ],
  });
  const [first, second] = nodes.map(({ machine }) => machine);
  first?.files.write('/etc/pve/nodes/pve1/qemu-server/100.conf', 'cipassword: HUSH\nname: a\n\n#grüße\n');
  first?.files.write('/etc/pve/nodes/pve1/qemu-server/101.conf', 'name: b\n');
  const pid = first?.processes.spawn([
    '/usr/bin/kvm',
    '-id',
    '100',
    '-pidfile',
    '/var/run/qemu-server/100.pid',
  ]);
  first?.files.write('/run/qemu-server/100.pid', `${pid}\n`);
  second?.files.write('/etc/pve/nodes/pve2/lxc/200.conf', 'hostname: c\n');
  second?.processes.spawn(['[lxc monitor] /var/lib/lxc 200'], { sockets: ['@/var/lib/lxc/200/command'] });

  const { clusters, unreachable } = await survey([host('pve1'), host('pve2')], labExec(nodes));

  expect(unreachable).toEqual([]);
  const [lab] = clusters;
  if (lab === undefined) throw new Error('no cluster');
  expect(lab).toMatchObject({
    cluster: 'lab',
    quorate: true,
    nodes: {
      pve1: {
        host: 'pve1',
        cpus: 16,
        memory: 64 * 2 ** 30,
        versions: { 'pve-manager': '9.2.11' },
        bridges: ['vmbr0'],
      },
      pve2: { host: 'pve2' },
    },
    files: {
      '/etc/pve/nodes/pve1/qemu-server/100.conf': expect.stringMatching(
        /^cipassword: <secret:\w{40}>\nname: a\n\n#grüße\n$/u,
      ) as unknown,
    },
  });
  expect(guests(lab)).toMatchObject([
    { vmid: 100, type: 'vm', node: 'pve1' },
    { vmid: 101 },
    { vmid: 200, type: 'container', node: 'pve2' },
  ]);
  expect([100, 101, 200].map((vmid) => power(lab, vmid))).toEqual(['running', 'stopped', 'running']);
  expect(storages(lab)).toMatchObject([
    { id: 'local' },
    { id: 'local-lvm', type: 'lvmthin', content: ['rootdir', 'images'] },
  ]);
  expect(lab.nodeFiles?.['pve2']?.['/etc/network/interfaces']).toContain('iface vmbr0 inet static');
  expect(lab.nodeFiles?.['pve1']).toHaveProperty(['/var/log/pve/tasks/active']);
  expect(Object.keys(lab.files).filter((path) => /priv|[.]key|clusterlog/u.test(path))).toEqual([]);
});
