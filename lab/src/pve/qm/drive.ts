import type { Machine } from '../../machine.ts';
import { Failure, refuseParameters } from '../failure.ts';
import { parseProperties } from '../cli/verify.ts';
import { printProperties, type PropertyValues } from '../formats/property-string.ts';
import { parseSize } from '../formats/values.ts';
import type { Section } from '../guest/config.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Properties } from '../schema/types.ts';
import { readStorages } from '../storage/config.ts';
import { folderOf, parseVolumeName, splitVolumeId } from '../storage/volume-name.ts';
import { storageOf } from '../storage/config.ts';

/** A drive option's keys; `size` is in bytes. */
export type Drive = PropertyValues;

function names(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

/** Options that hold a disk, in the order in which PVE looks for one to boot from (PVE/QemuServer/Drive.pm). */
export const DRIVE_NAMES: readonly string[] = [
  ...names('ide', 4),
  ...names('scsi', 31),
  ...names('virtio', 16),
  ...names('sata', 6),
  'efidisk0',
  'tpmstate0',
];
const DRIVES = new Set(DRIVE_NAMES);

/** Whether an option holds a disk that is in use; `unused0` does not. */
export function isDriveName(name: string): boolean {
  return DRIVES.has(name);
}

/** EFI variables in bytes: 528 KiB for both types, as recorded; a TPM state is 4 MiB, a cloud-init drive too. */
export const EFI_BYTES = 540672;
export const FIXED_BYTES = 4 * 1024 ** 2;

/** `STORAGE:SIZE`, a disk of that many GiB that is still to be made. */
export const NEW_DISK = /^(?:([^/:\s]+):)?(\d+(?:\.\d+)?)$/;

function tableOf(name: string): Properties {
  const format = parametersOf('POST /nodes/{node}/qemu')[name]?.format;
  if (format === undefined || typeof format === 'string') throw new Error(`'${name}' is no drive`);
  return format;
}

/** Reads a drive option; undefined where PVE cannot (PVE::QemuServer::Drive::parse_drive). */
export function parseDrive(name: string, text: string): Drive | undefined {
  let drive: Drive;
  try {
    drive = parseProperties(tableOf(name), text, '', ['cyls', 'heads', 'secs', 'trans']);
  } catch (thrown) {
    if (thrown instanceof Failure) return undefined;
    throw thrown;
  }
  for (const option of ['bps', 'bps_rd', 'bps_wr']) {
    const bytes = drive[option];
    if (bytes === undefined) continue;
    if (drive[`m${option}`] !== undefined) return undefined;
    delete drive[option];
    drive[`m${option}`] = (Number(bytes) / 1024 ** 2).toFixed(3);
  }
  const clash = ['mbps', 'iops'].some(
    (rate) => set(drive[rate]) && (set(drive[`${rate}_rd`]) || set(drive[`${rate}_wr`])),
  );
  if (clash || missesRate(drive)) return undefined;
  if (
    drive['media'] === 'cdrom' &&
    (set(drive['snapshot']) || drive['format'] !== undefined || name.startsWith('virtio'))
  )
    return undefined;
  if (drive['size'] !== undefined) drive['size'] = String(parseSize(drive['size']) ?? 0);
  return drive;
}

function set(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0';
}

const NEEDED_RATES: readonly (readonly [string, string])[] = [
  ['mbps_max', 'mbps'],
  ['mbps_rd_max', 'mbps_rd'],
  ['mbps_wr_max', 'mbps_wr'],
  ['bps_max_length', 'mbps_max'],
  ['bps_rd_max_length', 'mbps_rd_max'],
  ['bps_wr_max_length', 'mbps_wr_max'],
  ['iops_max_length', 'iops_max'],
  ['iops_rd_max_length', 'iops_rd_max'],
  ['iops_wr_max_length', 'iops_wr_max'],
];

function missesRate(drive: Drive): boolean {
  return NEEDED_RATES.some(([option, needed]) => set(drive[option]) && !set(drive[needed]));
}

/** Writes a drive option. */
export function printDrive(name: string, drive: Drive): string {
  return printProperties(drive, tableOf(name));
}

/** A cloud-init drive: made as `STORAGE:cloudinit`, then a volume of that name. */
export function isCloudinit(drive: Drive): boolean {
  return /[:/](?:vm-\d+-)?cloudinit(?:\.(?:raw|qcow|qcow2|qed|vmdk|cloop))?$/.test(drive['file'] ?? '');
}

/** A CD drive; a cloud-init drive is one too unless it is left out. */
export function isCdrom(drive: Drive, exceptCloudinit = false): boolean {
  return !(exceptCloudinit && isCloudinit(drive)) && drive['media'] === 'cdrom';
}

/** The first disk, or CD drive, to boot from. */
export function firstDisk(section: Section, cdrom: boolean): string | undefined {
  return DRIVE_NAMES.slice(0, -2).find((name) => {
    const text = section.get(name);
    const drive = text === undefined ? undefined : parseDrive(name, text);
    return drive !== undefined && isCdrom(drive) === cdrom;
  });
}

/** `cdrom` is another name of `ide2` (resolve_cdrom_alias). */
export function resolveCdromAlias(parameters: Record<string, string>): void {
  const value = parameters['cdrom'];
  if (value === undefined) return;
  parameters['ide2'] = value.includes('media=') ? value : `${value},media=cdrom`;
  delete parameters['cdrom'];
}

/** Checks drive options and puts them into PVE's own spelling, in place (check_drive_param). Throws Failure. */
export function normalizeDrives(machine: Machine, parameters: Record<string, string>): void {
  for (const name of Object.keys(parameters).filter(isDriveName).toSorted()) {
    const drive =
      parseDrive(name, parameters[name] ?? '') ??
      refuseParameters({ [name]: 'unable to parse drive options' });
    const from = drive['import-from'];
    const fresh = NEW_DISK.exec(drive['file'] ?? '');
    if (from !== undefined && (fresh === null || Number(fresh[2]) !== 0)) {
      refuseParameters({
        [name]: "'import-from' requires special syntax - use <storage ID>:0,import-from=<source>",
      });
    }
    if (from !== undefined && name === 'efidisk0') {
      for (const needed of ['efitype', 'pre-enrolled-keys'])
        if (drive[needed] === undefined)
          refuseParameters({ [name]: `need to specify '${needed}' when using 'import-from'` });
    }
    if (from !== undefined && name === 'tpmstate0' && drive['version'] === undefined)
      refuseParameters({ [name]: "need to specify 'version' when using 'import-from'" });
    resolvePath(machine, name, drive);
    const id = splitVolumeId(drive['file'] ?? '');
    if (id !== undefined && fresh === null && id.name !== 'cloudinit') {
      const type = parseVolumeName(storageOf(machine, id.storage), id.name).type;
      if (type === 'iso' && drive['media'] !== 'cdrom')
        refuseParameters({ [name]: "explicit 'media=cdrom' is required for iso images" });
    }
    parameters[name] = printDrive(name, drive);
  }
}

/** A path below a storage becomes a volume ID; `none` and `cdrom` are CD drives (cleanup_drive_path). */
function resolvePath(machine: Machine, name: string, drive: Drive): void {
  const file = drive['file'] ?? '';
  if (
    !/^(cdrom|none)$/.test(file) &&
    !file.startsWith('/dev/') &&
    !/^[^:]+:.+$/.test(file) &&
    !/^\d+$/.test(file)
  ) {
    const found =
      volumeAt(machine, file) ??
      refuseParameters({ [name]: `unable to associate path '${file}' to any storage` });
    if (found.type === 'iso') drive['media'] ??= 'cdrom';
    drive['file'] = found.volume;
  }
  if (/^(cdrom|none)$/.test(drive['file'] ?? '')) drive['media'] ??= 'cdrom';
}

function volumeAt(
  machine: Machine,
  path: string,
): { readonly volume: string; readonly type: string } | undefined {
  for (const storage of readStorages(machine)) {
    if (storage.options['path'] === undefined) continue;
    for (const [type, prefix] of [
      ['images', ''],
      ['iso', 'iso/'],
      ['import', 'import/'],
    ] as const) {
      const folder = `${folderOf(storage, type)}/`;
      if (path.startsWith(folder))
        return { volume: `${storage.id}:${prefix}${path.slice(folder.length)}`, type };
    }
  }
  return undefined;
}
