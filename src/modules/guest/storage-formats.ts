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

/** The formats in which a storage can keep a VM's disk; undefined where that is not known. */
export function formatsOf({ type, options }: Storage): readonly string[] | undefined {
  if (type !== 'lvm') return FORMATS[type];
  return options['snapshot-as-volume-chain'] === '1' ? ['raw', 'qcow2'] : ['raw'];
}
