import { die, Failure, failureText, refuseParameters } from '../failure.ts';
import type { GuestConfig, Section } from '../guest/config.ts';
import type { Session } from '../session.ts';
import { storageOf } from '../storage/config.ts';
import { parseVolumeName, splitVolumeId } from '../storage/volume-name.ts';
import { makeBase } from '../storage/base-volumes.ts';
import { allocate, free, locate, volumeBytes } from '../storage/volumes.ts';
import {
  DRIVE_NAMES,
  isCdrom,
  isCloudinit,
  isDriveName,
  NEW_DISK,
  EFI_BYTES,
  FIXED_BYTES,
  parseDrive,
  printDrive,
  type Drive,
} from './drive.ts';
import { checkImportSource, importFrom } from './import-disk.ts';

/** Refuses drive and unused options whose storage cannot hold them, before anything is done (check_storage_access). Throws Failure. */
export function checkDriveStorages(
  session: Session,
  parameters: Readonly<Record<string, string>>,
  defaultStorage: string | undefined,
): void {
  for (const name of Object.keys(parameters).toSorted()) {
    if (isDriveName(name)) {
      const drive = parseDrive(name, parameters[name] ?? '');
      if (drive !== undefined) checkDrive(session, name, drive, defaultStorage);
    } else if (/^unused\d+$/.test(name)) {
      const id =
        splitVolumeId((parameters[name] ?? '').replace(/^(file|volume)=/, '')) ??
        refuseParameters({ [name]: `not a valid volid: ${parameters[name]}` });
      parseVolumeName(storageOf(session.machine, id.storage), id.name);
    }
  }
}

function checkDrive(session: Session, name: string, drive: Drive, defaultStorage: string | undefined): void {
  const file = drive['file'] ?? '';
  const id = splitVolumeId(file);
  if (
    file === 'none' ||
    file === 'cloudinit' ||
    id?.name === 'cloudinit' ||
    (isCdrom(drive) && file === 'cdrom')
  )
    return;
  const fresh = isCdrom(drive) ? null : NEW_DISK.exec(file);
  if (fresh !== null) {
    const storage = fresh[1] ?? defaultStorage ?? die('no storage ID specified (and no default storage)');
    if (!storageOf(session.machine, storage).content.has('images'))
      refuseParameters({ storage: `storage '${storage}' does not support vm images` });
    if (drive['import-from'] !== undefined) checkImportSource(session.machine, name, drive['import-from']);
  } else if (id !== undefined) {
    const { type } = parseVolumeName(storageOf(session.machine, id.storage), id.name);
    if (type !== 'images' && type !== 'iso')
      refuseParameters({ [name]: "content type needs to be 'images' or 'iso'" });
  }
}

/** Where a cloud-init drive is attached already, if anywhere but at `except`. */
function cloudinitAt(section: ReadonlyMap<string, string>, except: string): string | undefined {
  return DRIVE_NAMES.find((name) => {
    const drive = name === except ? undefined : parseDrive(name, section.get(name) ?? '');
    return drive !== undefined && isCloudinit(drive);
  });
}

/**
 * Makes the disks that drive options ask for, checks those that they name, and returns the options as they are to be stored. What it
 * made is freed again when a later one fails (create_disks). Throws Failure.
 */
export async function createDisks(
  session: Session,
  vmid: string,
  config: GuestConfig,
  parameters: Readonly<Record<string, string>>,
  defaultStorage?: string,
): Promise<Section> {
  const made: string[] = [];
  const result: Section = new Map();
  try {
    for (const name of Object.keys(parameters).filter(isDriveName).toSorted()) {
      const drive = parseDrive(name, parameters[name] ?? '');
      if (drive !== undefined)
        await createDisk(session, vmid, config, name, drive, result, made, defaultStorage);
    }
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    for (const volume of made)
      await free(session, volume).catch((error: unknown) => session.warn(failureText(error)));
    throw thrown;
  }
  return result;
}

async function createDisk(
  session: Session,
  vmid: string,
  config: GuestConfig,
  name: string,
  drive: Drive,
  result: Section,
  made: string[],
  defaultStorage: string | undefined,
): Promise<void> {
  const file = drive['file'] ?? '';
  const id = splitVolumeId(file);
  const fresh = NEW_DISK.exec(file);
  if (file === 'none' || file === 'cdrom') {
    delete drive['size'];
    result.set(name, printDrive(name, drive));
  } else if (id?.name === 'cloudinit') {
    refuseSecondCloudinit(config, result, name);
    made.push(await allocateCloudinit(session, vmid, id.storage, drive));
    result.set(name, printDrive(name, drive));
    session.print(`${name}: successfully created disk '${result.get(name)}'\n`);
  } else if (fresh !== null) {
    const storage = fresh[1] ?? defaultStorage ?? die('no storage ID specified (and no default storage)');
    let disk = drive;
    if (drive['import-from'] === undefined)
      made.push(await allocateDisk(session, vmid, storage, name, disk, Number(fresh[2])));
    else disk = await importFrom(session, vmid, name, drive, storage, made);
    if (config.main.get('template') === '1') disk['file'] = makeBase(session.machine, disk['file'] ?? '');
    result.set(name, printDrive(name, disk));
    session.print(`${name}: successfully created disk '${result.get(name)}'\n`);
  } else {
    useVolume(session, config, name, drive, result);
  }
}

function refuseSecondCloudinit(config: GuestConfig, result: Section, name: string): void {
  const at = cloudinitAt(config.main, name) ?? cloudinitAt(config.pending, name) ?? cloudinitAt(result, name);
  if (at !== undefined) die(`${name} - cloud-init drive is already attached at '${at}'`);
}

async function allocateCloudinit(
  session: Session,
  vmid: string,
  storageId: string,
  drive: Drive,
): Promise<string> {
  const storage = storageOf(session.machine, storageId);
  const isFile = storage.options['path'] !== undefined;
  const format = drive['format'] ?? (isFile ? 'qcow2' : 'raw');
  const name = `vm-${vmid}-cloudinit${isFile ? `.${format}` : ''}`;
  const volume = await allocate(session, { storage: storageId, vmid, format, name, kib: FIXED_BYTES / 1024 });
  delete drive['format'];
  Object.assign(drive, { file: volume, media: 'cdrom' });
  return volume;
}

async function allocateDisk(
  session: Session,
  vmid: string,
  storage: string,
  name: string,
  drive: Drive,
  gib: number,
): Promise<string> {
  const bytes =
    name === 'tpmstate0' ? FIXED_BYTES : name === 'efidisk0' ? EFI_BYTES : Math.ceil(gib * 1024 ** 2) * 1024;
  const volume = await allocate(session, { storage, vmid, format: drive['format'], kib: bytes / 1024 });
  if (name === 'efidisk0') printEfiCopy(session, drive, bytes);
  delete drive['format'];
  Object.assign(drive, { file: volume, size: String(bytes) });
  return volume;
}

function printEfiCopy(session: Session, drive: Drive, bytes: number): void {
  const size = `${(bytes / 1024).toFixed(1)} KiB`;
  session.print(
    `transferred 0.0 B of ${size} (0.00%)\n${`transferred ${size} of ${size} (100.00%)\n`.repeat(2)}`,
  );
  if (drive['pre-enrolled-keys'] === '1') {
    session.print(
      'INFO: reading raw edk2 varstore from /usr/share/pve-edk2-firmware//OVMF_VARS_4M.ms.fd\nINFO: var store range: 0x64 -> 0x40000\n',
    );
  }
}

function useVolume(session: Session, config: GuestConfig, name: string, drive: Drive, result: Section): void {
  const volume = drive['file'] ?? '';
  if (splitVolumeId(volume) === undefined)
    die(`pvefleet-lab: the device or path '${volume}' as a disk is not modelled`);
  const found = locate(session.machine, volume).name;
  if (found.type !== 'images' && found.type !== 'iso')
    die(`cannot use volume ${volume} - content type needs to be 'images' or 'iso'`);
  if (drive['format'] !== undefined && drive['format'] !== found.format) {
    die(
      `drive '${name}' - volume '${volume}' - 'format=${drive['format']}' option different from storage format '${found.format}'`,
    );
  }
  if (isCloudinit(drive)) refuseSecondCloudinit(config, result, name);
  const bytes = volumeBytes(session.machine, volume);
  if (bytes === undefined || bytes === 0) die(`volume ${volume} does not exist`);
  drive['size'] = String(bytes);
  result.set(name, printDrive(name, drive));
}
