import { createHash } from 'node:crypto';
import type { NodeState, Snapshot, Unknown } from '../src/snapshot/snapshot.ts';
import type { Survey } from '../src/snapshot/survey.ts';
import { parseGuestConfigPath } from '../src/snapshot/guests.ts';

/** Storages of the snapshots that cases start from: local and local-lvm as installed, and one of each obstacle. */
const STORAGE_CFG = `dir: local
	path /var/lib/vz
	content iso,vztmpl,backup

lvmthin: local-lvm
	thinpool data
	vgname pve
	content images,rootdir

lvmthin: only1
	thinpool data
	vgname one
	content images,rootdir
	nodes pve1

dir: other
	path /mnt/other
	content images

dir: off
	path /mnt/off
	content images
	disable 1
`;

export interface LabSnapshot {
  /** Path → text; null removes one of the files that are always there. */
  readonly files?: Readonly<Record<string, string | null>>;
  /** VMIDs that run. */
  readonly live?: readonly number[];
  readonly bridges?: readonly string[];
  /** Nodes that are not known, with the reason. */
  readonly unknown?: Readonly<Record<string, string>>;
  readonly cluster?: string;
  readonly quorate?: boolean;
  /** Version of pve-manager on every node. */
  readonly pve?: string;
}

/** A cluster of three nodes, pve1 to pve3, written by hand. */
export function labSnapshot({
  files: extra = {},
  live = [],
  bridges = ['vmbr0'],
  unknown = {},
  cluster = 'lab',
  quorate = true,
  pve = '9.2.11',
}: LabSnapshot = {}): Snapshot {
  const wanted: Record<string, string | null> = { '/etc/pve/storage.cfg': STORAGE_CFG, ...extra };
  const files: Record<string, string> = {};
  for (const [path, text] of Object.entries(wanted)) if (text !== null) files[path] = text;
  const entries = Object.keys(files).flatMap((path) => parseGuestConfigPath(path) ?? []);
  const rows = entries.map(
    ({ vmid, type, node }) =>
      `"${vmid}": { "node": "${node}", "type": "${type === 'vm' ? 'qemu' : 'lxc'}", "version": 1 }`,
  );
  files['/etc/pve/.vmlist'] =
    `{\n"version": 1,\n"ids": {${rows.length > 0 ? `\n${rows.join(',\n')}` : ''}}\n\n}\n`;
  const state = (node: string): NodeState | Unknown => {
    const reason = unknown[node];
    if (reason !== undefined) return { unknown: reason };
    const here = (type: 'vm' | 'container'): number[] =>
      entries
        .filter((each) => each.node === node && each.type === type && live.includes(each.vmid))
        .map(({ vmid }) => vmid);
    return {
      host: node,
      versions: { 'pve-manager': pve },
      kernel: '6.18.4-1-pve',
      cpus: 16,
      memory: 64 * 1024 ** 3,
      uptime: 1000,
      bootId: `boot-${node}`,
      running: { vms: here('vm'), containers: here('container') },
      interfaces: ['lo', 'nic0', ...bridges],
      bridges,
    };
  };
  const digests = Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, createHash('sha1').update(text).digest('hex')]),
  );
  return {
    cluster,
    quorate,
    nodes: { pve1: state('pve1'), pve2: state('pve2'), pve3: state('pve3') },
    files,
    digests,
  };
}

export function labSurvey(options: LabSnapshot = {}): Survey {
  return { clusters: [labSnapshot(options)], unreachable: [] };
}
