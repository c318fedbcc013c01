import { oncePerSnapshot, readFile } from './files.ts';
import { readSections } from './section-config.ts';
import type { Snapshot, Unknown } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';

/** A storage as storage.cfg defines it. */
export interface Storage {
  readonly id: string;
  /** "dir", "lvmthin", "nfs" */
  readonly type: string;
  readonly content: readonly string[];
  /** PVE names of the nodes that it is for; absent: all. */
  readonly nodes?: readonly string[];
  readonly disabled: boolean;
  readonly options: Readonly<Record<string, string>>;
}

/** The storages of the cluster. `local` is there even if the file doesn't name it, with the content that PVE gives it then. */
export const storages: (snapshot: Snapshot) => readonly Storage[] | Unknown = oncePerSnapshot((snapshot) => {
  const text = readFile(snapshot, '/etc/pve/storage.cfg');
  if (isUnknown(text)) return text;
  const defined = readSections(text ?? '').map(({ type, id, options }): Storage => {
    const nodes = options['nodes'];
    return {
      id,
      type,
      content: words(options['content'] ?? defaultContent(type)),
      ...(nodes !== undefined && { nodes: words(nodes) }),
      disabled:
        options['disable'] !== undefined &&
        !['0', 'no', 'off', 'false'].includes(options['disable'].toLowerCase()),
      options,
    };
  });
  return defined.some(({ id }) => id === 'local') ? defined : [implicitLocal, ...defined];
});

/** PVE::Storage::Plugin parse_config adds it (recording storage-01). */
const implicitLocal: Storage = {
  id: 'local',
  type: 'dir',
  content: ['backup', 'iso', 'vztmpl', 'rootdir', 'images', 'snippets'],
  disabled: false,
  options: { path: '/var/lib/vz' },
};

function words(list: string): readonly string[] {
  return list.split(/[\s,;]+/u).filter((word) => word !== '' && word !== 'none');
}

/** What a storage without "content" is for, by its type: PVE writes it out with the next change (recording storage-02). */
function defaultContent(type: string): string {
  if (['lvmthin', 'zfspool', 'btrfs'].includes(type)) return 'images,rootdir';
  if (type === 'pbs' || type === 'cephfs') return 'backup';
  return type === 'esxi' ? 'import' : 'images';
}
