import type { Storage } from '../../snapshot/storages.ts';

/** Formats of a VM's disks by type of storage (PVE/Storage/*Plugin.pm, plugindata format); a type that is not here is a plugin's. */
const FORMATS: Readonly<Record<string, readonly string[]>> = {
  dir: ['raw', 'qcow2', 'vmdk'],
  nfs: ['raw', 'qcow2', 'vmdk'],
  cifs: ['raw', 'qcow2', 'vmdk'],
  btrfs: ['raw'],
  lvmthin: ['raw'],
  zfspool: ['raw'],
  zfs: ['raw'],
  rbd: ['raw'],
  iscsi: ['raw'],
  iscsidirect: ['raw'],
};

/** Storages of files: their linked clones are qcow2 images upon the base (Plugin.pm clone_image). */
const FILES = new Set(['dir', 'nfs', 'cifs']);

/** The formats in which a storage can keep a VM's disk; undefined where that is not known. */
export function formatsOf({ type, options }: Storage): readonly string[] | undefined {
  if (type !== 'lvm') return FORMATS[type];
  return options['snapshot-as-volume-chain'] === '1' ? ['raw', 'qcow2'] : ['raw'];
}

/**
 * The format of a disk that is copied to a storage: the one that is asked for, or that of its source, where the storage has it;
 * else the storage's own (qemu-server resolve_dst_disk_format; pve-storage get_formats).
 */
export function copyFormat(storage: Storage | undefined, hint: string): string {
  const formats = storage && formatsOf(storage);
  if (storage === undefined || formats === undefined || formats.includes(hint)) return hint;
  if (storage.type === 'lvm') return formats.includes('qcow2') ? 'qcow2' : 'raw';
  return storage.options['format'] ?? 'raw';
}

/** The format of a disk that rests on another one of its storage. */
export function linkFormat(storage: Storage | undefined, base: string): string {
  return storage !== undefined && FILES.has(storage.type) ? 'qcow2' : base;
}

/** Whether the name of a volume there ends with its format. */
export function namesFormat(storage: Storage | undefined, format: string): boolean {
  return storage === undefined ? format !== 'raw' : FILES.has(storage.type);
}
