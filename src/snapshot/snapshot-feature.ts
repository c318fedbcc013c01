import { parseVolumeId } from '../pve/volume-id.ts';
import type { Snapshot } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';
import { storages } from './storages.ts';

/** Storages that have snapshots of every volume, and of those in some formats only (PVE::Storage::*, volume_has_feature). */
const ALWAYS: readonly string[] = ['lvmthin', 'zfspool', 'zfs', 'rbd'];
const BY_FORMAT: Readonly<Record<string, readonly string[]>> = {
  dir: ['qcow2'],
  nfs: ['qcow2'],
  cifs: ['qcow2'],
  cephfs: ['qcow2'],
  lvm: ['qcow2'],
  btrfs: ['qcow2', 'raw', 'subvol'],
};
const NEVER: readonly string[] = ['iscsi', 'iscsidirect', 'pbs', 'esxi'];

/**
 * Why a volume can't have a snapshot; undefined when it can, and where only the node knows (storages of plugins).
 * What lies on no storage has none: a device, a bind mount.
 */
export function noSnapshotOf(snapshot: Snapshot, volume: string): string | undefined {
  const parsed = parseVolumeId(volume);
  if (parsed?.kind !== 'volume') return `${volume} is on no storage, and has no snapshots`;
  const all = storages(snapshot);
  if (isUnknown(all)) return `the storages are not known, as ${all.unknown}`;
  const type = all.find(({ id }) => id === parsed.storage)?.type;
  if (type === undefined) return `storage ${parsed.storage} is not defined`;
  const name = parsed.volname.slice(parsed.volname.lastIndexOf('/') + 1);
  if (NEVER.includes(type)) return `storage ${parsed.storage} (${type}) has no snapshots`;
  if (name.startsWith('base-')) return `${volume} is the base of clones, and has no snapshots`;
  const formats = Object.hasOwn(BY_FORMAT, type) ? BY_FORMAT[type] : undefined;
  if (ALWAYS.includes(type) || formats === undefined) return undefined;
  const format = /\.(?<format>raw|qcow2|vmdk|subvol)$/u.exec(name)?.groups?.['format'] ?? 'raw';
  return formats.includes(format)
    ? undefined
    : `${volume} is ${format}, and storage ${parsed.storage} (${type}) has snapshots of ${formats.join(', ')} only`;
}

/** Storages that go back to a volume's newest snapshot only (volume_rollback_is_possible). */
export function onlyNewest(snapshot: Snapshot, volume: string): boolean {
  const parsed = parseVolumeId(volume);
  const all = storages(snapshot);
  if (parsed?.kind !== 'volume' || isUnknown(all)) return false;
  const storage = all.find(({ id }) => id === parsed.storage);
  return (
    storage !== undefined &&
    (['zfspool', 'zfs', 'lvm'].includes(storage.type) || storage.options['snapshot-as-volume-chain'] === '1')
  );
}
