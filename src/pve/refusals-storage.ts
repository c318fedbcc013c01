import { isMethod, type RefusalRule } from './method-area.ts';
import { missingOfType, unknownInDelete } from './refusals-section.ts';

/**
 * What a new storage of each type has to be given (`options` in pve-storage PVE/Storage/*Plugin.pm); the path of a
 * mounted one, which its section in the file has too, PVE makes itself.
 */
const required: Readonly<Record<string, readonly string[]>> = {
  btrfs: ['path'],
  cifs: ['server', 'share'],
  dir: ['path'],
  esxi: ['server', 'username'],
  iscsi: ['portal', 'target'],
  iscsidirect: ['portal', 'target'],
  lvm: ['vgname'],
  lvmthin: ['vgname', 'thinpool'],
  nfs: ['server', 'export'],
  pbs: ['server', 'datastore'],
  zfs: ['portal', 'target', 'pool', 'iscsiprovider', 'blocksize'],
  zfspool: ['pool'],
};

/** What PVE refuses of storages beyond its schema; each with the recording or code that shows it. */
export const storageRules: readonly RefusalRule[] = [
  {
    // storage-01: `pvesm add dir nopath`; storage-02: `pvesm add nfs nas2 --server ...`.
    appliesTo: isMethod('POST /storage'),
    refuse: missingOfType(required, 'storage'),
  },
  {
    // storage-02: `pvesm set data --delete nosuch`, `--delete path`.
    appliesTo: isMethod('PUT /storage/{storage}'),
    refuse: unknownInDelete,
  },
  {
    // storage-03: `pvesm alloc data 300 vm-300-disk-8.qcow2 1G --format raw`.
    appliesTo: isMethod('POST /nodes/{node}/storage/{storage}/content'),
    refuse: ({ filename = '', format }) => {
      const ending = /\.(?<ending>raw|qcow2|vmdk)$/u.exec(filename)?.groups?.['ending'];
      return format === undefined || ending === undefined || ending === format
        ? []
        : [`filename "${filename}" is of another format than "${format}"; one format is wanted`];
    },
  },
];
