import { readSections } from '../pve/section-config.ts';
import { defaultContent } from '../pve/section-kinds/storage-types.ts';
import { splitList } from '../pve/text-list.ts';
import { oncePerSnapshot, readFile } from './files.ts';
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
      content:
        options['content'] === undefined ? (defaultContent(type) ?? ofPlugins) : words(options['content']),
      ...(nodes !== undefined && { nodes: words(nodes) }),
      // Alone it means 1; PVE takes no other words for yes and no in such a file.
      disabled: options['disable'] === '' || options['disable'] === '1',
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

/** What a storage of a type that PVE has from a plugin is mostly for. */
const ofPlugins = ['images'];

function words(list: string): readonly string[] {
  return splitList(list).filter((word) => word !== 'none');
}
