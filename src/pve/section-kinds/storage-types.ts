import { storageOptions } from '../schema/sections/storage.ts';
import type { SectionType } from '../section-kind.ts';

const everywhere = ['nodes', 'disable', 'content'];
const ofFiles = [
  'prune-backups',
  'max-protected-backups',
  'format',
  'mkdir',
  'create-base-path',
  'create-subdirs',
];
const ofImages = ['bwlimit', 'preallocation', 'snapshot-as-volume-chain'];
const mounted = ['content-dirs', ...ofFiles, 'options'];

const storageType = (required: readonly string[], ...optional: readonly string[]): SectionType => ({
  table: storageOptions,
  required,
  optional: [...everywhere, ...optional],
});

/** Of a share that is mounted below /mnt/pve. */
const mountedType = (required: readonly string[], ...optional: readonly string[]): SectionType => ({
  ...storageType(['path', ...required], ...mounted, ...optional),
  filledIn: ['path'],
});

/** The options of each type of storage (`options` in pve-storage PVE/Storage/*Plugin.pm). */
export const storageTypes: Readonly<Record<string, SectionType>> = {
  btrfs: storageType(['path'], ...ofFiles, 'shared', 'is_mountpoint', 'nocow', 'preallocation'),
  cephfs: mountedType([], 'bwlimit', 'monhost', 'subdir', 'username', 'fuse', 'keyring', 'fs-name'),
  cifs: mountedType(
    ['server', 'share'],
    ...ofImages,
    'subdir',
    'username',
    'password',
    'domain',
    'smbversion',
  ),
  dir: storageType(['path'], ...ofFiles, ...ofImages, 'content-dirs', 'shared', 'is_mountpoint'),
  esxi: storageType(['server', 'username'], 'shared', 'password', 'skip-cert-verification', 'port'),
  iscsi: storageType(['portal', 'target'], 'bwlimit'),
  iscsidirect: storageType(['portal', 'target'], 'bwlimit'),
  lvm: storageType(
    ['vgname'],
    'shared',
    'saferemove',
    'saferemove-stepsize',
    'saferemove_throughput',
    'base',
    'tagged_only',
    'bwlimit',
    'snapshot-as-volume-chain',
  ),
  lvmthin: storageType(['thinpool', 'vgname'], 'bwlimit'),
  nfs: mountedType(['server', 'export'], ...ofImages),
  pbs: {
    ...storageType(
      ['server', 'datastore'],
      'namespace',
      'port',
      'username',
      'password',
      'encryption-key',
      'master-pubkey',
      'prune-backups',
      'max-protected-backups',
      'fingerprint',
    ),
    // PBSPlugin.pm
    absent: { port: '8007', username: 'root@pam' },
  },
  rbd: storageType([], 'monhost', 'pool', 'data-pool', 'namespace', 'username', 'krbd', 'keyring', 'bwlimit'),
  zfs: storageType(
    ['portal', 'target', 'pool', 'blocksize', 'iscsiprovider'],
    'nowritecache',
    'sparse',
    'comstar_hg',
    'comstar_tg',
    'lio_tpg',
    'bwlimit',
    'zfs-base-path',
  ),
  zfspool: storageType(['pool'], 'blocksize', 'sparse', 'bwlimit', 'mountpoint'),
};

const files = ['images', 'rootdir', 'vztmpl', 'iso', 'backup', 'snippets', 'import'];

/** By type: what it can hold, and what it is for when "content" is left out (plugindata of each plugin). */
const contents: Readonly<Record<string, { readonly takes: readonly string[]; readonly holds: string }>> = {
  btrfs: { takes: [...files, 'none'], holds: 'images,rootdir' },
  cephfs: { takes: ['vztmpl', 'iso', 'backup', 'snippets', 'import'], holds: 'backup' },
  cifs: { takes: files, holds: 'images' },
  dir: { takes: [...files, 'none'], holds: 'images,rootdir' },
  esxi: { takes: ['import'], holds: 'import' },
  iscsi: { takes: ['images', 'none'], holds: 'images' },
  iscsidirect: { takes: ['images', 'none'], holds: 'images' },
  lvm: { takes: ['images', 'rootdir'], holds: 'images' },
  lvmthin: { takes: ['images', 'rootdir'], holds: 'images,rootdir' },
  nfs: { takes: files, holds: 'images' },
  pbs: { takes: ['backup', 'none'], holds: 'backup' },
  rbd: { takes: ['images', 'rootdir'], holds: 'images' },
  zfs: { takes: ['images'], holds: 'images' },
  zfspool: { takes: ['images', 'rootdir'], holds: 'images,rootdir' },
};

/** What a storage of that type is for when its section doesn't say; undefined for a type that is not PVE's own. */
export function defaultContent(type: string): readonly string[] | undefined {
  return Object.hasOwn(contents, type) ? contents[type]?.holds.split(',') : undefined;
}

/** What a storage of that type can hold; undefined for a type that is not PVE's own. */
export function contentOfType(type: string): readonly string[] | undefined {
  return Object.hasOwn(contents, type) ? contents[type]?.takes : undefined;
}
