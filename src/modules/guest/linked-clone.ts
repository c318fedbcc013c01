import type { Storage } from '../../snapshot/storages.ts';
import type { GuestKind } from './guest-kind.ts';

/** Types of storages on which PVE can't make linked clones: of no volume, or only of bases (volume_has_feature of each plugin). */
const NEVER = new Set(['lvm', 'iscsi', 'iscsidirect', 'pbs', 'esxi']);
const FILES = new Set(['dir', 'nfs', 'cifs', 'cephfs', 'glusterfs']);
const ONLY_OF_BASES = new Set([...FILES, 'zfspool', 'zfs']);

/** Whether a linked clone of a volume there can be made; of a base, as a template's disks are, or as it was at a snapshot. */
export function canLink(kind: GuestKind, { type }: Storage, of: 'base' | 'snapshot'): boolean {
  if (NEVER.has(type)) return false;
  // It would be a qcow2 image, which a container can't have.
  if (FILES.has(type) && kind.kind === 'container') return false;
  return of === 'base' || !ONLY_OF_BASES.has(type);
}
