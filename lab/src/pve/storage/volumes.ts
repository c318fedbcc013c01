import type { Machine } from '../../machine.ts';
import { removeArchive } from '../backup/archive.ts';
import { die } from '../failure.ts';
import { withStorageLock } from '../locks.ts';
import type { Session } from '../session.ts';
import { activateStorage } from './activate.ts';
import { storageOf, usableStorage, type StorageSection } from './config.ts';
import { extendedQcow2DiskBytes, qcow2FileBytes } from './qcow2.ts';
import { freshImage, hasHeader, readImage, writeImage } from './qcow2-image.ts';
import { folderOf, parseVolumeName, requireVolumeId, type VolumeName } from './volume-name.ts';

/** What to allocate; `name` is chosen by PVE if it is left out. */
export interface Allocation {
  readonly storage: string;
  readonly vmid: string;
  /** raw, qcow2, subvol, vmdk; the storage's own choice if left out. */
  readonly format?: string | undefined;
  readonly name?: string | undefined;
  readonly kib: number;
}

/** A storage with files below a path; the others here are LVM-thin's. */
export function isFileBased(storage: StorageSection): boolean {
  return storage.options['path'] !== undefined;
}

/** Makes a volume and says so as the storage's tools do; returns its ID. Throws Failure. */
export async function allocate(session: Session, wanted: Allocation): Promise<string> {
  const storage = usableStorage(session.machine, wanted.storage);
  activateStorage(session, storage);
  return withStorageLock(session, storage.id, storage.shared, () => {
    if (session.machine.faults.storageFull(storage.id)) die(fullMessage(storage));
    return isFileBased(storage)
      ? allocateFile(session, storage, wanted)
      : allocateThin(session, storage, wanted);
  });
}

function fullMessage(storage: StorageSection): string {
  return isFileBased(storage)
    ? `unable to create image: No space left on device`
    : `lvcreate '${storage.options['vgname']}' error: no free space in thin pool`;
}

function allocateFile(session: Session, storage: StorageSection, wanted: Allocation): string {
  const { volumes } = session.machine;
  const format = wanted.format ?? 'raw';
  const folder = `${folderOf(storage, 'images')}/${wanted.vmid}`;
  const name =
    wanted.name ??
    freeName(
      volumes.list(folder).map((file) => file.path.slice(folder.length + 1)),
      wanted.vmid,
      format,
      `.${format}`,
    );
  const found = /\.(raw|qcow2|vmdk|subvol)$/.exec(name)?.[1];
  if (found === undefined) die(`unable to parse volume filename '${name}'`);
  if (found !== format)
    die(`illegal name '${name}' - wrong extension for format ('${found}' != '${format}')`);
  const path = imagePath(storage, wanted.vmid, name);
  if (volumes.size(path) !== undefined) die(`disk image '${path}' already exists`);
  const bytes = wanted.kib * 1024;
  if (path.endsWith(`/${name}`))
    session.print(`Formatting '${path}', fmt=${format} ${formatOptions(storage, format, bytes)}\n`);
  if (format === 'qcow2') {
    const file = qcow2FileBytes(bytes, storage.options['preallocation']);
    writeImage(session.machine, path, freshImage(bytes, file), file);
  } else {
    volumes.set(path, bytes);
  }
  return `${storage.id}:${wanted.vmid}/${name}`;
}

/** On btrfs a raw image is a file in a subvolume of its own. */
function imagePath(storage: StorageSection, owner: string, name: string): string {
  const folder = `${folderOf(storage, 'images')}/${owner}`;
  return storage.type === 'btrfs' && name.endsWith('.raw')
    ? `${folder}/${name.slice(0, -'.raw'.length)}/disk.raw`
    : `${folder}/${name}`;
}

function formatOptions(storage: StorageSection, format: string, bytes: number): string {
  const preallocation = storage.options['preallocation'];
  if (format === 'qcow2') {
    return `cluster_size=65536 extended_l2=off preallocation=${preallocation ?? 'metadata'} compression_type=zlib size=${bytes} lazy_refcounts=off refcount_bits=16`;
  }
  return `size=${bytes} preallocation=${preallocation === undefined || preallocation === 'metadata' ? 'off' : preallocation}`;
}

/** LVM-thin has no recording: from PVE/Storage/LvmThinPlugin.pm (name, order) and lvcreate(8) (its words). */
function allocateThin(session: Session, storage: StorageSection, wanted: Allocation): string {
  if (storage.type !== 'lvmthin') die(`pvefleet-lab: volumes on ${storage.type} storages are not modelled`);
  const format = wanted.format ?? 'raw';
  if (format !== 'raw') die(`unsupported format '${format}'`);
  if (wanted.name !== undefined && !wanted.name.startsWith(`vm-${wanted.vmid}-`))
    die(`illegal name '${wanted.name}' - should be 'vm-${wanted.vmid}-*'`);
  const group = `/dev/${storage.options['vgname']}`;
  const { volumes } = session.machine;
  const name =
    wanted.name ??
    freeName(
      volumes.list(group).map((file) => file.path.slice(group.length + 1)),
      wanted.vmid,
      format,
      '',
    );
  if (volumes.size(`${group}/${name}`) !== undefined)
    die(
      `lvcreate '${storage.options['vgname']}/${name}' error:   Logical Volume "${name}" already exists in volume group "${storage.options['vgname']}"`,
    );
  volumes.set(`${group}/${name}`, toExtents(wanted.kib * 1024));
  session.print(`  Logical volume "${name}" created.\n`);
  return `${storage.id}:${name}`;
}

/** LVM gives whole extents of 4 MiB. */
export function toExtents(bytes: number): number {
  const extent = 4 * 1024 ** 2;
  return Math.max(extent, Math.ceil(bytes / extent) * extent);
}

/** PVE's first free `vm-100-disk-N` (get_next_vm_diskname): the number counts, whatever the format or kind. */
function freeName(names: readonly string[], vmid: string, format: string, suffix: string): string {
  const used = new Set(
    names.map((name) => new RegExp(`(?:vm|base|subvol|basevol)-${vmid}-disk-(\\d+)`).exec(name)?.[1]),
  );
  let number = 0;
  while (used.has(String(number))) number += 1;
  return `${format === 'subvol' ? 'subvol' : 'vm'}-${vmid}-disk-${number}${suffix}`;
}

/** A volume's storage, name and path. Throws Failure. */
export function locate(
  machine: Machine,
  volume: string,
): { readonly storage: StorageSection; readonly name: VolumeName; readonly path: string } {
  const id = requireVolumeId(volume);
  const storage = storageOf(machine, id.storage);
  const name = parseVolumeName(storage, id.name);
  if (!isFileBased(storage)) return { storage, name, path: `/dev/${storage.options['vgname']}/${name.name}` };
  const folder = folderOf(storage, name.type);
  return {
    storage,
    name,
    path: name.type === 'images' ? imagePath(storage, name.owner ?? '', name.name) : `${folder}/${name.name}`,
  };
}

/** Bytes of disk in a volume; undefined if it is not there. Throws Failure for a name that is none. */
export function volumeBytes(machine: Machine, volume: string): number | undefined {
  const { name, path } = locate(machine, volume);
  const bytes = machine.volumes.size(path);
  if (bytes === undefined || name.format !== 'qcow2') return bytes;
  const [owner, base, linked] = volume.split('/');
  if (linked === undefined || hasHeader(machine, path)) return readImage(machine, path).bytes;
  return extendedQcow2DiskBytes(bytes, volumeBytes(machine, `${owner}/${base}`));
}

/** Destroys a volume; a file that is missing is only a warning. Throws Failure. */
export async function free(session: Session, volume: string): Promise<void> {
  const { storage, name, path } = locate(session.machine, volume);
  await withStorageLock(session, storage.id, storage.shared, () => {
    if (name.type === 'backup') {
      if (session.machine.files.exists(`${path}.protected`))
        die(`cannot remove protected volume 'backup/${name.name}' on '${storage.id}'`);
      removeArchive(session.machine, path);
      return;
    }
    if (session.machine.volumes.size(path) === undefined) {
      if (isFileBased(storage)) session.warn(`disk image '${path}' does not exist\n`);
      return;
    }
    for (const snapshot of snapshotsOf(session.machine, storage, path))
      session.machine.volumes.remove(snapshot);
    session.machine.volumes.remove(path);
    if (storage.type === 'lvmthin')
      session.print(`  Logical volume "${path.slice(path.lastIndexOf('/') + 1)}" successfully removed.\n`);
  });
}

/** The volumes that hold the snapshots of a volume; they go with it. */
function snapshotsOf(machine: Machine, storage: StorageSection, path: string): readonly string[] {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const name = path.slice(folder.length + 1);
  if (storage.type === 'lvmthin') {
    return machine.volumes
      .list(folder)
      .map((file) => file.path)
      .filter((other) => other.startsWith(`${folder}/snap_${name}_`));
  }
  if (storage.type !== 'btrfs' || name !== 'disk.raw') return [];
  const parent = folder.slice(0, folder.lastIndexOf('/'));
  return machine.volumes
    .list(parent)
    .map((file) => file.path)
    .filter((other) => other.startsWith(`${folder}@`));
}

/** PVE's next name for an image of a guest in a folder. */
export function freeImageName(machine: Machine, folder: string, vmid: string, format: string): string {
  const names = machine.volumes.list(folder).map((file) => file.path.slice(folder.length + 1));
  return freeName(names, vmid, format, `.${format}`);
}

/** PVE's next name for a volume of a guest in a volume group. */
export function freeVolumeName(machine: Machine, folder: string, vmid: string, format: string): string {
  const names = machine.volumes.list(folder).map((file) => file.path.slice(folder.length + 1));
  return freeName(names, vmid, format, '');
}
