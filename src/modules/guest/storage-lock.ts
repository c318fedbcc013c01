import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Storage } from '../../snapshot/storages.ts';
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
  const shared = storage !== undefined && isShared(storage);
  return `storage/${id}@${snapshot.cluster}${shared ? '' : `/${node}`}`;
}

/** Whether every node sees its volumes. */
export function isShared({ type, options: { shared } }: Storage): boolean {
  return SHARED_TYPES.has(type) || shared === '' || shared === '1';
}
