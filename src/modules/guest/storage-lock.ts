import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import { storages } from '../../snapshot/storages.ts';

/** Types whose volumes every node sees, whatever their "shared" says (PVE::Storage plugins, plugindata shared). */
const SHARED_TYPES = new Set([
  'nfs',
  'cifs',
  'pbs',
  'rbd',
  'cephfs',
  'iscsi',
  'iscsidirect',
  'glusterfs',
  'zfs',
  'esxi',
]);

/** Name of the lock for allocating on a storage: PVE's own lasts 10 s only. A shared storage has one, a local one has one a node. */
export function storageLock(snapshot: Snapshot, id: string, node: string): string {
  const all = storages(snapshot);
  const storage = isUnknown(all) ? undefined : all.find((each) => each.id === id);
  const flag = storage?.options['shared'];
  const shared = storage !== undefined && (SHARED_TYPES.has(storage.type) || flag === '' || flag === '1');
  return `storage/${id}@${snapshot.cluster}${shared ? '' : `/${node}`}`;
}
