import type { SimulatedCluster } from '../cluster.ts';
import type { DirectoryEntry, Entry } from '../files/entry.ts';
import { dropAt, ensureDirectory, lookup, putAt } from '../files/walk.ts';

/** A cluster's files as JSON: those of each node's disk, and once the shared tree. */
export interface SavedCluster {
  readonly shared: readonly SavedFile[];
  readonly nodes: Readonly<Record<string, readonly SavedFile[]>>;
}

interface SavedFile {
  readonly path: string;
  readonly mode: number;
  /** Base64. */
  readonly content: string;
  /** Only where it is not the content's: a disk image. */
  readonly size?: number;
}

/** What a reboot keeps, apart from the shared tree. */
const KEPT = ['/etc', '/var', '/root', '/dev/pve', '/mnt', '/srv', '/opt', '/usr/local'];
const SHARED = '/etc/pve';

/** Takes a cluster's files down. Guests that run are stopped ones when it is restored, as after a power cut. */
export function saveCluster({ nodes }: SimulatedCluster): SavedCluster {
  const [first] = nodes;
  return {
    shared: first === undefined ? [] : filesOf(first.root, `${SHARED}/nodes`).concat(sharedTop(first.root)),
    nodes: Object.fromEntries(
      nodes.map(({ machine, root }) => [machine.name, KEPT.flatMap((path) => filesOf(root, path))]),
    ),
  };
}

/** Puts saved files in place of a new cluster's; nodes that were not saved keep theirs. */
export function restoreCluster({ nodes }: SimulatedCluster, saved: SavedCluster): void {
  const [first] = nodes;
  if (first === undefined) return;
  const savedShared = new Set(saved.shared.map(({ path }) => path));
  for (const { path } of [...filesOf(first.root, `${SHARED}/nodes`), ...sharedTop(first.root)]) {
    if (!savedShared.has(path)) dropAt(first.root, path);
  }
  for (const file of saved.shared) restore(first.root, file);
  for (const { machine, root } of nodes) {
    const own = saved.nodes[machine.name];
    if (own === undefined) continue;
    for (const path of KEPT.flatMap((kept) => filesOf(root, kept))) dropAt(root, path.path);
    for (const file of own) restore(root, file);
  }
}

function restore(root: DirectoryEntry, { path, mode, content, size }: SavedFile): void {
  ensureDirectory(root, path.slice(0, path.lastIndexOf('/')));
  putAt(root, path, {
    kind: 'file',
    bytes: Buffer.from(content, 'base64'),
    mode,
    ...(size === undefined ? {} : { size }),
  });
}

/** Files of the shared tree outside `nodes`, without those that pmxcfs makes up. */
function sharedTop(root: DirectoryEntry): SavedFile[] {
  const top = lookup(root, SHARED);
  if (top?.kind !== 'directory') return [];
  const generated = new Set(['.clusterlog', '.debug', '.members', '.rrd', '.version', '.vmlist', 'nodes']);
  return top
    .names()
    .flatMap((name) => (generated.has(name) ? [] : collect(top.get(name), `${SHARED}/${name}`)));
}

function filesOf(root: DirectoryEntry, path: string): SavedFile[] {
  return collect(lookup(root, path), path);
}

function collect(entry: Entry | undefined, path: string): SavedFile[] {
  if (entry?.kind === 'directory') {
    return entry
      .names()
      .flatMap((name) => (`${path}/${name}` === SHARED ? [] : collect(entry.get(name), `${path}/${name}`)));
  }
  if (entry?.kind !== 'file') return [];
  const bytes = entry.content();
  return [
    {
      path,
      mode: entry.mode,
      content: bytes.toString('base64'),
      ...(entry.size === bytes.length ? {} : { size: entry.size }),
    },
  ];
}
