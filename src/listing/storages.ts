import { storages } from '../snapshot/storages.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Listing } from './listing.ts';
import { columns, ofEachCluster, rowOf, textOrNull } from './listing.ts';
import { isOn } from './sections.ts';

/** Types that are shared whatever their section says (PVE/Storage/Plugin.pm). */
const shared = new Set(['iscsi', 'nfs', 'cifs', 'rbd', 'cephfs', 'iscsidirect', 'zfs', 'pbs', 'esxi']);

export const storageList: Listing = {
  columns: columns('storage type content nodes enabled cluster', 'shared place prune'),
  rows: ofEachCluster((snapshot) => {
    const all = storages(snapshot);
    if (isUnknown(all)) return [];
    return all.map(({ id, type, content, nodes, disabled, options }) =>
      rowOf(snapshot, 'storage', id, {
        storage: id,
        type,
        content,
        nodes: nodes ?? null,
        enabled: !disabled,
        shared: shared.has(type) || isOn(options['shared']),
        place: textOrNull(placeOf(options)),
        prune: textOrNull(options['prune-backups']),
      }),
    );
  }),
};

/** Where the data is: a path, a pool, a volume group, an export, whatever of it the section has. */
function placeOf(options: Readonly<Record<string, string>>): string {
  const keys = [
    'server',
    'portal',
    'monhost',
    'export',
    'share',
    'datastore',
    'target',
    'vgname',
    'thinpool',
    'pool',
    'path',
  ];
  return keys.flatMap((key) => options[key] ?? []).join(' ');
}
