import type { Archive } from '../backup/archive.ts';
import { deviceOf } from '../backup/vm.ts';
import { parseProperties } from '../cli/verify.ts';
import { die, Failure } from '../failure.ts';
import { printProperties } from '../formats/property-string.ts';
import { parseConfig, type GuestConfig, type Section } from '../guest/config.ts';
import type { Session } from '../session.ts';
import { copyFormat } from '../storage/copy.ts';
import { storageOf } from '../storage/config.ts';
import { moveBytes } from '../storage/progress.ts';
import { allocate, free, locate } from '../storage/volumes.ts';
import { FIXED_BYTES, isCloudinit, isDriveName, parseDrive, printDrive, type Drive } from './drive.ts';
import { parseNet, withMac } from './network.ts';

/** vma reads in clusters of 64 KiB. */
const CLUSTER = 65_536;

/**
 * Reads an archive as `vma extract` does, saying so; `prepare` makes the disks once its head is read. What was made is freed when that
 * fails. Throws Failure.
 */
export async function extract(
  session: Session,
  path: string,
  archive: Archive,
  prepare: () => Promise<void>,
): Promise<void> {
  const pid = 1200 + (session.machine.clock() % 1000);
  const command = extractCommand(path, `/var/tmp/vzdumptmp${pid}`);
  session.print(`restore vma archive: ${command}\n`);
  session.print(`CFG: size: ${Buffer.byteLength(archive.config)} name: qemu-server.conf\n`);
  if (archive.firewall !== undefined)
    session.print(`CFG: size: ${Buffer.byteLength(archive.firewall)} name: qemu-server.fw\n`);
  archive.disks.forEach(({ slot, bytes }, index) =>
    session.print(`DEV: dev_id=${index + 1} size: ${bytes} devname: ${deviceOf(slot)}\n`),
  );
  session.print(`CTIME: ${asctime(archive.made)}\n`);
  try {
    await prepare();
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    const pipe = command.includes(' | ') ? `set -o pipefail && ${command}` : command;
    die(`command '${pipe}' failed: ${thrown.text}`);
  }
  await sayProgress(session, archive);
}

function extractCommand(path: string, folder: string): string {
  const vma = (from: string): string => `vma extract -v -r ${folder}.fifo ${from} ${folder}`;
  const unpack = path.endsWith('.zst')
    ? 'zstd -q -d -c'
    : path.endsWith('.gz')
      ? 'zcat'
      : path.endsWith('.lzo')
        ? 'lzop -d -c'
        : undefined;
  return unpack === undefined ? vma(path) : `${unpack} ${path} | ${vma('-')}`;
}

/** `Mon Nov 23 19:56:56 2026`. */
function asctime(seconds: number): string {
  const [day = '', date = '', month = '', year = '', time = ''] = new Date(seconds * 1000)
    .toUTCString()
    .replace(',', '')
    .split(' ');
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
}

async function sayProgress(session: Session, { disks }: Archive): Promise<void> {
  const bytes = disks.reduce((sum, disk) => sum + disk.bytes, 0);
  if (bytes > 0) {
    let said = 0;
    const upTo = (done: number, seconds: number): void => {
      for (; said < 100; said += 1) {
        const read = Math.min(bytes, Math.ceil((bytes * (said + 1)) / 100 / CLUSTER) * CLUSTER);
        if (read > done) return;
        session.print(`progress ${said + 1}% (read ${read} bytes, duration ${Math.trunc(seconds)} sec)\n`);
      }
    };
    const seconds = await moveBytes(session, bytes, 1, upTo);
    upTo(bytes, seconds);
  }
  session.print(`total bytes read ${bytes}, sparse bytes ${bytes} (${bytes > 0 ? '100' : '0'}%)\n`);
}

/** A cloud-init drive has no data in an archive; it is made anew where the config has one. */
function cloudinitDrives({ config }: Archive): readonly (readonly [slot: string, drive: Drive])[] {
  return [...parseConfig('qemu', config).main].flatMap(([slot, text]) => {
    const drive = /^(ide|sata|scsi)\d+$/.test(slot) ? parseDrive(slot, text) : undefined;
    return drive === undefined || !isCloudinit(drive) ? [] : [[slot, drive] as const];
  });
}

/** The slots that a restore fills: those of its disks, and of a cloud-init drive. */
export function broughtSlots(archive: Archive): ReadonlySet<string> {
  return new Set([
    ...archive.disks.map(({ slot }) => slot),
    ...cloudinitDrives(archive).map(([slot]) => slot),
  ]);
}

/** Makes the disks of an archive, and a cloud-init drive that its config has, and says so. Returns volumes by slot. Throws Failure. */
export async function allocateRestored(
  session: Session,
  vmid: string,
  archive: Archive,
  wanted: string | undefined,
  made: string[],
): Promise<Section> {
  const wishes = archive.disks.map((disk) => ({ ...disk, name: undefined as string | undefined }));
  for (const [slot, drive] of cloudinitDrives(archive)) {
    const { storage, name } = locate(session.machine, drive['file'] ?? '');
    wishes.push({
      slot,
      bytes: FIXED_BYTES,
      storage: storage.id,
      format: name.format,
      name: `vm-${vmid}-cloudinit`,
    });
  }
  for (const { storage } of wishes) {
    const target = storageOf(session.machine, wanted ?? storage);
    if (!target.content.has('images'))
      die(`Content type 'images' is not available on storage '${target.id}'`);
  }
  const drives: Section = new Map();
  try {
    for (const wish of wishes.toSorted((a, b) => (a.slot < b.slot ? -1 : 1))) {
      const storage = wanted ?? wish.storage;
      const format = copyFormat(session, storage, wish.format);
      const isFile = storageOf(session.machine, storage).options['path'] !== undefined;
      const name = wish.name === undefined || !isFile ? wish.name : `${wish.name}.${format}`;
      const kib = Math.ceil(wish.bytes / 1024);
      const volume = await allocate(session, { storage, vmid, format, name, kib });
      session.print(`new volume ID is '${volume}'\n`);
      made.push(volume);
      drives.set(wish.slot, volume);
    }
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    for (const volume of made) {
      await free(session, volume);
      session.print(`temporary volume '${volume}' successfully removed\n`);
    }
    throw thrown;
  }
  for (const { slot } of archive.disks.toSorted((a, b) => (a.slot < b.slot ? -1 : 1))) {
    const { storage, path } = locate(session.machine, drives.get(slot) ?? '');
    const zeros = storage.options['path'] !== undefined || storage.type === 'lvmthin' ? 0 : 1;
    session.print(`map '${deviceOf(slot)}' to '${path}' (write zeros = ${zeros})\n`);
  }
  return drives;
}

/** The config of an archive for the restored VM (restore_update_config_line): disks that are not in it become comments. */
export function restoredConfig(
  session: Session,
  archive: Archive,
  drives: Section,
  unique: boolean,
): GuestConfig {
  const lines = archive.config.split('\n').flatMap((line) => {
    if (/^#(qmdump|vzdump)#/.test(line) || /^(lock|unused\d+|parent):/.test(line)) return [];
    const [, name = '', value = ''] = /^([a-z]+[a-z0-9_-]*):\s*(.*?)\s*$/.exec(line) ?? [];
    return [restoredLine(session, name, value, drives, unique) ?? line];
  });
  return parseConfig('qemu', lines.join('\n'));
}

/** The line of an option as it is restored; undefined if it stays as it is. */
function restoredLine(
  session: Session,
  name: string,
  value: string,
  drives: Section,
  unique: boolean,
): string | undefined {
  const { random } = session.machine;
  if (isDriveName(name)) {
    const drive = parseDrive(name, value);
    if (drive?.['backup'] === '0') return `#${name}: ${value}`;
    const volume = drives.get(name);
    if (drive === undefined || volume === undefined) return undefined;
    const { format: _format, ...rest } = drive;
    return `${name}: ${printDrive(name, { ...rest, file: volume })}`;
  }
  if (name === 'vmgenid') return `vmgenid: ${value === '0' ? '0' : random.uuid()}`;
  if (unique && /^net\d+$/.test(name)) {
    const { macaddr = '' } = parseNet(value);
    return `${name}: ${withMac(session.machine, value.replace(`=${macaddr}`, ''))}`;
  }
  if (unique && name === 'smbios1') {
    const smbios = parseProperties('pve-qm-smbios1', value);
    return `smbios1: ${printProperties({ ...smbios, uuid: random.uuid() }, 'pve-qm-smbios1')}`;
  }
  return undefined;
}
