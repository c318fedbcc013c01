import type { NodeState, Snapshot } from '../../src/snapshot/snapshot.ts';

/** A node that answered as host "h-NODE". */
export function stateOf(
  node: string,
  running: NodeState['running'] = { vms: [], containers: [] },
): NodeState {
  return {
    host: `h-${node}`,
    versions: { 'pve-manager': '9.2.11' },
    kernel: '6.17',
    cpus: 4,
    memory: 8 * 2 ** 30,
    uptime: 100,
    bootId: `boot-of-${node}`,
    running,
    interfaces: ['nic0', 'vmbr0'],
    bridges: ['vmbr0'],
  };
}

/** Cluster "prod" with pve1 known and pve2 not; the guests of `.vmlist` come from the config files. */
export function snapshotWith(files: Readonly<Record<string, string>>): Snapshot {
  const ids = Object.keys(files).flatMap((path) => {
    const [, node, folder, vmid] = /nodes\/(.+)\/(qemu-server|lxc)\/(\d+)\.conf$/u.exec(path) ?? [];
    return vmid === undefined ? [] : [[vmid, { node, type: folder === 'lxc' ? 'lxc' : 'qemu', version: 1 }]];
  });
  return {
    cluster: 'prod',
    quorate: true,
    nodes: { pve1: stateOf('pve1'), pve2: { unknown: 'pve2 did not answer' } },
    files: {
      '/etc/pve/.vmlist': JSON.stringify({ version: 1, ids: Object.fromEntries(ids) as unknown }),
      ...files,
    },
    digests: {},
  };
}
