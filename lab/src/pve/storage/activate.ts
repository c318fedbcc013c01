import { attempt, die } from '../failure.ts';
import type { Session } from '../session.ts';
import { activatePool, runZfs, scanGroups, volumeGroups } from './block-tools.ts';
import type { StorageSection } from './config.ts';
import { folderOf } from './volume-name.ts';

/** What one run of a tool has found out about a node's volume groups: it asks only once. */
export interface Found {
  groups?: ReadonlySet<string>;
}

/**
 * Makes a storage usable on this node, as PVE does before each use (activate_storage of PVE::Storage and of the plugins): asks its server,
 * makes its directories, looks for its volume group. Throws Failure.
 */
export function activateStorage(session: Session, storage: StorageSection, found: Found = {}): void {
  const { id, type, options } = storage;
  if (SERVED.has(type) && !isOnline(session, storage)) die(`storage '${id}' is not online`);
  switch (type) {
    case 'dir':
    case 'btrfs':
      makeFolders(session, storage);
      return;
    case 'nfs':
    case 'cifs':
      session.machine.mount(options['path'] ?? '', exportOf(storage));
      makeFolders(session, storage);
      return;
    case 'lvm':
    case 'lvmthin':
      findGroup(session, options['vgname'] ?? '', found);
      if (type === 'lvmthin') activatePool(session, options['vgname'] ?? '', options['thinpool'] ?? '');
      return;
    case 'zfspool':
      importPool(session, storage);
      return;
    case 'pbs':
      die(
        `${id}: error fetching datastores - 500 Can't connect to ${options['server']}:${options['port'] ?? '8007'} (No route to host)`,
      );
      return;
    case 'rbd':
    case 'zfs':
    case 'iscsidirect':
      return;
    default:
      die(`pvefleet-lab: an enabled ${type} storage is not modelled`);
  }
}

/** All names that a node knows are of one file server. */
function exportOf({ type, options }: StorageSection): string {
  return `${type} ${options['export'] ?? ''}${options['share'] ?? ''}${options['subdir'] ?? ''}`;
}

/** Types whose server is asked first. */
const SERVED = new Set(['nfs', 'cifs', 'iscsi', 'esxi']);

function isOnline({ machine }: Session, { id, type, options }: StorageSection): boolean {
  if (machine.faults.storageOffline(id)) return false;
  return (type === 'nfs' || type === 'cifs') && machine.traits.servers.includes(options['server'] ?? '');
}

/** The base directory, and one for each type of content that the definition names. */
function makeFolders({ machine }: Session, storage: StorageSection): void {
  const { id, options } = storage;
  const path = options['path'] ?? '';
  const makes = (name: string): boolean => (options[name] ?? options['mkdir'] ?? '1') !== '0';
  if (!machine.files.isDirectory(path)) {
    if (!makes('create-base-path'))
      die(`unable to activate storage '${id}' - directory '${path}' does not exist or is unreachable`);
    machine.files.makeDirectory(path);
  }
  if (!makes('create-subdirs')) return;
  const types = [...storage.content, ...(storage.content.has('rootdir') ? ['backup'] : [])];
  for (const type of types.filter((one) => one !== 'rootdir'))
    machine.files.makeDirectory(folderOf(storage, type));
}

function findGroup(session: Session, group: string, found: Found): void {
  if (found.groups !== undefined) return;
  found.groups = volumeGroups(session);
  if (!found.groups.has(group)) scanGroups(session);
}

function importPool(session: Session, { id, options }: StorageSection): void {
  const pool = (options['pool'] ?? '').replace(/\/.*$/, '');
  const list = (): never =>
    runZfs(session, `zpool list -o name -H ${pool}`, `cannot open '${pool}': no such pool`);
  const notThere = `zfs error: ${attempt(list)}\n`;
  const imported = attempt(() =>
    runZfs(
      session,
      `zpool import -d /dev/disk/by-id/ -o cachefile=none ${pool}`,
      `cannot import '${pool}': no such pool available`,
    ),
  );
  session.warn(notThere);
  session.warn(notThere);
  die(`could not activate storage '${id}', zfs error: ${imported}\n`);
}
