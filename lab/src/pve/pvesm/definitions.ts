import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { printSections, readSections, type ConfigSection } from '../cluster/section-file.ts';
import { die, failureText } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import { digestOf } from '../guest/config.ts';
import type { Session } from '../session.ts';
import { DEFAULT_CONTENT, LOCAL_STORAGE } from '../storage/config.ts';

const STORAGE_CFG = '/etc/pve/storage.cfg';

interface StorageType {
  /** Given when the storage is added, and never changed. */
  readonly fixed: readonly string[];
  /** Fixed, but PVE can do without. */
  readonly fixedOptional?: readonly string[];
  readonly options: readonly string[];
}

const COMMON = ['nodes', 'disable', 'content', 'bwlimit'];
const FILES = [
  'prune-backups',
  'max-protected-backups',
  'format',
  'mkdir',
  'create-base-path',
  'create-subdirs',
  'content-dirs',
  'preallocation',
];

/** The options of the storage types that the lab defines. Source: options() of the plugins in PVE/Storage. */
const TYPES: Readonly<Record<string, StorageType>> = {
  dir: {
    fixed: ['path'],
    fixedOptional: ['snapshot-as-volume-chain'],
    options: [...COMMON, ...FILES, 'shared', 'is_mountpoint'],
  },
  nfs: {
    fixed: ['export', 'path', 'server'],
    fixedOptional: ['snapshot-as-volume-chain'],
    options: [...COMMON, ...FILES, 'options'],
  },
  btrfs: { fixed: ['path'], options: [...COMMON, ...FILES, 'shared', 'is_mountpoint', 'nocow'] },
  lvm: {
    fixed: ['vgname'],
    fixedOptional: ['base'],
    options: [
      ...COMMON,
      'shared',
      'saferemove',
      'saferemove-stepsize',
      'saferemove_throughput',
      'tagged_only',
      'snapshot-as-volume-chain',
    ],
  },
  lvmthin: { fixed: ['thinpool', 'vgname'], options: COMMON },
  zfspool: { fixed: ['pool'], options: [...COMMON, 'blocksize', 'sparse', 'mountpoint'] },
  cifs: {
    fixed: ['path', 'server', 'share'],
    options: [...COMMON, ...FILES, 'username', 'password', 'domain', 'smbversion', 'subdir', 'options'],
  },
  pbs: {
    fixed: ['datastore', 'server'],
    options: [
      ...COMMON,
      'prune-backups',
      'max-protected-backups',
      'username',
      'password',
      'namespace',
      'port',
      'fingerprint',
    ],
  },
};

function readDefinitions(machine: Machine): ConfigSection[] {
  const sections = readSections(machine.files.read(STORAGE_CFG) ?? '');
  if (!sections.some(({ id }) => id === 'local'))
    sections.push({ type: 'dir', id: 'local', options: new Map(Object.entries(LOCAL_STORAGE)) });
  for (const { type, options } of sections) {
    const content = DEFAULT_CONTENT[type];
    if (!options.has('content') && content !== undefined) options.set('content', content);
  }
  return sections;
}

function writeDefinitions(machine: Machine, sections: readonly ConfigSection[]): void {
  machine.files.write(
    STORAGE_CFG,
    printSections(sections, (type) => TYPES[type]?.fixed ?? []),
  );
}

/** Changes storage.cfg under the cluster's lock of that file; what fails is said to be what failed. Throws Failure. */
async function edit(
  session: Session,
  what: string,
  change: (sections: ConfigSection[]) => readonly ConfigSection[],
): Promise<void> {
  const { machine } = session;
  if (!machine.cluster.quorate()) {
    for (let second = 0; second < 9; second += 1) {
      session.warn("trying to acquire cfs lock 'file-storage_cfg' ...\n");
      await machine.sleep(1, session.input.signal);
    }
    die(`${what} storage failed: cfs-lock 'file-storage_cfg' error: no quorum!`);
  }
  const release = await machine.cluster.locks.take('file-storage_cfg', 10, session.input.signal);
  if (release === undefined)
    die(`${what} storage failed: cfs-lock 'file-storage_cfg' error: got lock request timeout`);
  try {
    writeDefinitions(machine, change(readDefinitions(machine)));
  } catch (thrown) {
    die(`${what} storage failed: ${failureText(thrown)}`);
  } finally {
    release();
  }
}

/** `pvesm add`. Throws Failure. */
export async function addStorage(
  session: Session,
  { type = '', storage = '', ...given }: Parameters,
): Promise<void> {
  const known = TYPES[type] ?? die(`pvefleet-lab: pvesm add ${type} is not modelled`);
  if (given['password'] !== undefined) die('pvefleet-lab: pvesm add --password is not modelled');
  const options: Record<string, string> = { ...given };
  if (known.fixed.includes('path'))
    options['path'] ??= type === 'nfs' || type === 'cifs' ? `/mnt/pve/${storage}` : '';
  const missing = known.fixed.find((name) => (options[name] ?? '') === '');
  if (missing !== undefined) die(`missing value for required option '${missing}'`);
  refuseForeign(known, options);
  if (options['mkdir'] !== undefined) {
    session.warn(
      `NOTE: The 'mkdir' option set for '${storage}' is deprecated and will be removed in Proxmox VE 9. Use 'create-base-path' or 'create-subdirs' instead.\n`,
    );
  }
  await edit(session, 'create', (sections) => {
    if (sections.some(({ id }) => id === storage)) die(`storage ID '${storage}' already defined`);
    if (isFalse(options['disable'])) activate(session, type, storage, options);
    const added = { type, id: storage, options: new Map(Object.entries(options)) };
    const implicit = session.machine.files.exists(STORAGE_CFG)
      ? -1
      : sections.findIndex(({ id }) => id === 'local');
    return implicit === -1 ? [...sections, added] : [added, ...sections];
  });
}

function isFalse(value: string | undefined): boolean {
  return value === undefined || value === '0';
}

function refuseForeign(known: StorageType, options: Readonly<Record<string, string>>): void {
  const allowed = [...known.fixed, ...(known.fixedOptional ?? []), ...known.options];
  const foreign = Object.keys(options)
    .toSorted()
    .find((name) => !allowed.includes(name));
  if (foreign !== undefined) die(`unexpected property '${foreign}'`);
}

/** What makes a new storage usable: a directory is made; what a simulated node does not have is refused. Throws Failure. */
function activate(
  session: Session,
  type: string,
  storage: string,
  options: Readonly<Record<string, string>>,
): void {
  const { machine } = session;
  const path = options['path'] ?? '';
  if (type === 'dir') {
    const wanted = options['is_mountpoint'];
    if (wanted !== undefined && !['no', '0', 'false', 'off'].includes(wanted)) {
      die(
        `unable to activate storage '${storage}' - directory is expected to be a mount point but is not mounted: '${wanted.startsWith('/') ? wanted : path}'`,
      );
    }
    machine.files.makeDirectory(path);
  } else if (type === 'btrfs') {
    die(`'${path}' is not a btrfs file system`);
  } else if (type === 'nfs' || type === 'cifs' || type === 'pbs') {
    die(`storage '${storage}' is not online`);
  } else if (type !== 'lvmthin' || options['vgname'] !== 'pve') {
    die(`pvefleet-lab: an enabled ${type} storage other than on the volume group pve is not modelled`);
  }
}

/** `pvesm set`. Throws Failure. */
export async function setStorage(
  session: Session,
  { storage = '', delete: deleted = '', digest, ...options }: Parameters,
): Promise<void> {
  await edit(session, 'update', (sections) => {
    const section = sections.find(({ id }) => id === storage) ?? die(`storage '${storage}' does not exist`);
    const known =
      TYPES[section.type] ?? die(`pvefleet-lab: pvesm set on a ${section.type} storage is not modelled`);
    if (digest !== undefined && digest !== digestOf(session.machine.files.read(STORAGE_CFG) ?? '')) {
      die('detected modified configuration - file changed by other user? Try again.');
    }
    const fixed = [...known.fixed, ...(known.fixedOptional ?? [])];
    const changed = Object.keys(options)
      .toSorted()
      .find((name) => fixed.includes(name) && section.options.get(name) !== options[name]);
    if (changed !== undefined) die(`can't change value of fixed parameter '${changed}'`);
    refuseForeign(known, options);
    for (const name of splitList(deleted)) {
      if (known.fixed.includes(name)) die(`unable to delete required option '${name}'`);
      if (![...fixed, ...known.options].includes(name)) die(`no such option '${name}'`);
      if (options[name] !== undefined) die(`unable to set and delete property '${name}' at the same time!`);
      section.options.delete(name);
    }
    for (const [name, value] of Object.entries(options)) section.options.set(name, value);
    return sections;
  });
}

/** `pvesm remove`: the definition goes, the volumes stay. Throws Failure. */
export async function removeStorage(session: Session, { storage = '' }: Parameters): Promise<void> {
  await edit(session, 'delete', (sections) => {
    if (!sections.some(({ id }) => id === storage)) die(`storage '${storage}' does not exist`);
    return sections.filter(({ id }) => id !== storage);
  });
}
