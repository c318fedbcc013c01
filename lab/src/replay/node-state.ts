import type { Machine } from '../machine.ts';

/** What of a node a recording holds. */
export interface NodeState {
  readonly files: ReadonlyMap<string, string>;
  /** Bytes by path. */
  readonly volumes: ReadonlyMap<string, number>;
  /** Paths under /run/qemu-server. */
  readonly run: ReadonlySet<string>;
}

const FOLDERS = ['/etc/network'];
const FILES = [
  '/etc/hosts',
  '/etc/resolv.conf',
  '/etc/hostname',
  '/etc/vzdump.conf',
  '/etc/timezone',
  '/etc/subscription',
];
const VOLUME_FOLDERS = ['/mnt', '/var/lib/vz', '/dev/pve'];
/** Links of pmxcfs to a node's own folder, keys, and what the cluster's daemons write at any time. */
const LEFT_OUT =
  /^\/etc\/pve\/(local|qemu-server|lxc|openvz|priv\/(?!(?:storage|ceph)(?:\/|$)|\w+\.cfg$).*|\.[^/]*|nodes\/[^/]+\/(priv|lrm_status|pve-ssl\.\w+|ssh_known_hosts|host\.fw)|.*\.(pem|key))$|\/authkey/;

/** Reads a node's state as recordings hold it. */
export function readState(machine: Machine): NodeState {
  const files = new Map<string, string>();
  for (const path of [
    ...walk(machine, '/etc/pve'),
    ...FOLDERS.flatMap((folder) => walk(machine, folder)),
    ...FILES,
  ]) {
    const text = machine.files.read(path);
    if (text !== undefined) files.set(path, text);
  }
  const volumes = new Map(
    VOLUME_FOLDERS.flatMap((folder) => machine.volumes.list(folder)).map(({ path, bytes }) => [path, bytes]),
  );
  return { files, volumes, run: new Set(walk(machine, '/run/qemu-server')) };
}

function walk(machine: Machine, folder: string): readonly string[] {
  return machine.files.list(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (LEFT_OUT.test(path)) return [];
    return machine.files.isDirectory(path) ? walk(machine, path) : [path];
  });
}

/** What changed from one state to another: the text after, null for what is gone. */
export function changedFiles(before: NodeState, after: NodeState): Map<string, string | null> {
  const changed = new Map<string, string | null>();
  for (const [path, text] of after.files) if (before.files.get(path) !== text) changed.set(path, text);
  for (const path of before.files.keys()) if (!after.files.has(path)) changed.set(path, null);
  return changed;
}

/** Added and removed volumes, each as `path size`, in order. */
export function changedVolumes(
  before: NodeState,
  after: NodeState,
): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  const only = (one: NodeState, other: NodeState): readonly string[] =>
    [...one.volumes]
      .filter(([path, bytes]) => other.volumes.get(path) !== bytes)
      .map(([path, bytes]) => `${path} ${bytes}`)
      .toSorted();
  return { added: only(after, before), removed: only(before, after) };
}

/** Added and removed paths under /run/qemu-server. */
export function changedRun(
  before: NodeState,
  after: NodeState,
): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  return {
    added: [...after.run].filter((path) => !before.run.has(path)).toSorted(),
    removed: [...before.run].filter((path) => !after.run.has(path)).toSorted(),
  };
}
