/** What storages of one type are: their options and what they may hold. */
export interface StorageType {
  /** Given when the storage is added, and never changed. */
  readonly fixed: readonly string[];
  /** Fixed, but PVE can do without. */
  readonly fixedOptional?: readonly string[];
  /** Given when the storage is added; can be changed. */
  readonly needed?: readonly string[];
  readonly options: readonly string[];
  /** Content types that it can hold, and what it holds when nothing is said. */
  readonly holds: readonly string[];
  readonly holdsUnasked: readonly string[];
  /** Options that are kept in a file of their own. */
  readonly secret?: readonly string[];
  /** True: the same volumes on every node. */
  readonly shared?: true;
}

const COMMON = ['nodes', 'disable', 'content'];
const LIMITED = [...COMMON, 'bwlimit'];
const MADE = ['mkdir', 'create-base-path', 'create-subdirs'];
const BACKUPS = ['prune-backups', 'max-protected-backups'];
const FILES = [...LIMITED, ...BACKUPS, ...MADE, 'format', 'content-dirs', 'preallocation'];
const CHAIN = ['snapshot-as-volume-chain'];
const GUESTS = ['images', 'rootdir'];
const ALL = [...GUESTS, 'vztmpl', 'iso', 'backup', 'snippets', 'import'];
const ISCSI: StorageType = {
  fixed: ['portal', 'target'],
  options: LIMITED,
  holds: ['images', 'none'],
  holdsUnasked: ['images'],
  shared: true,
};

/** The storage types of PVE. Source: options() and plugindata() of the plugins in PVE/Storage. */
export const STORAGE_TYPES: Readonly<Record<string, StorageType>> = {
  dir: {
    fixed: ['path'],
    fixedOptional: CHAIN,
    options: [...FILES, 'shared', 'is_mountpoint'],
    holds: [...ALL, 'none'],
    holdsUnasked: GUESTS,
  },
  btrfs: {
    fixed: ['path'],
    options: [...COMMON, ...BACKUPS, ...MADE, 'format', 'preallocation', 'shared', 'is_mountpoint', 'nocow'],
    holds: [...ALL, 'none'],
    holdsUnasked: GUESTS,
  },
  nfs: {
    fixed: ['export', 'path', 'server'],
    fixedOptional: CHAIN,
    options: [...FILES, 'options'],
    holds: ALL,
    holdsUnasked: ['images'],
    shared: true,
  },
  cifs: {
    fixed: ['path', 'server', 'share'],
    fixedOptional: CHAIN,
    options: [...FILES, 'username', 'password', 'domain', 'smbversion', 'subdir', 'options'],
    holds: ALL,
    holdsUnasked: ['images'],
    secret: ['password'],
    shared: true,
  },
  cephfs: {
    fixed: ['path'],
    options: [
      ...LIMITED,
      ...BACKUPS,
      ...MADE,
      'format',
      'content-dirs',
      'monhost',
      'subdir',
      'options',
      'username',
      'fuse',
      'keyring',
      'fs-name',
    ],
    holds: ['vztmpl', 'iso', 'backup', 'snippets', 'import'],
    holdsUnasked: ['backup'],
    secret: ['keyring'],
    shared: true,
  },
  rbd: {
    fixed: [],
    options: [...LIMITED, 'monhost', 'pool', 'data-pool', 'namespace', 'username', 'krbd', 'keyring'],
    holds: GUESTS,
    holdsUnasked: ['images'],
    secret: ['keyring'],
    shared: true,
  },
  pbs: {
    fixed: ['datastore', 'server'],
    options: [
      ...COMMON,
      ...BACKUPS,
      'namespace',
      'port',
      'username',
      'password',
      'encryption-key',
      'master-pubkey',
      'fingerprint',
    ],
    holds: ['backup', 'none'],
    holdsUnasked: ['backup'],
    secret: ['password', 'encryption-key', 'master-pubkey'],
    shared: true,
  },
  esxi: {
    fixed: [],
    needed: ['server', 'username'],
    options: [...COMMON, 'shared', 'password', 'skip-cert-verification', 'port'],
    holds: ['import'],
    holdsUnasked: ['import'],
    secret: ['password'],
    shared: true,
  },
  lvm: {
    fixed: ['vgname'],
    fixedOptional: ['base'],
    options: [
      ...LIMITED,
      ...CHAIN,
      'shared',
      'saferemove',
      'saferemove-stepsize',
      'saferemove_throughput',
      'tagged_only',
    ],
    holds: GUESTS,
    holdsUnasked: ['images'],
  },
  lvmthin: { fixed: ['thinpool', 'vgname'], options: LIMITED, holds: GUESTS, holdsUnasked: GUESTS },
  zfspool: {
    fixed: ['pool'],
    options: [...LIMITED, 'blocksize', 'sparse', 'mountpoint'],
    holds: GUESTS,
    holdsUnasked: GUESTS,
  },
  zfs: {
    fixed: ['blocksize', 'iscsiprovider', 'pool', 'portal', 'target'],
    options: [...LIMITED, 'nowritecache', 'sparse', 'comstar_hg', 'comstar_tg', 'lio_tpg', 'zfs-base-path'],
    holds: ['images'],
    holdsUnasked: ['images'],
    shared: true,
  },
  iscsi: ISCSI,
  iscsidirect: ISCSI,
};

/** The options that a storage of a type can't be without, in the order of its section. */
export function requiredOptions(type: string): readonly string[] {
  const known = STORAGE_TYPES[type];
  return known === undefined ? [] : [...known.fixed, ...(known.needed ?? [])];
}
