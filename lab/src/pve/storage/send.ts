import { passMiddle, type Session } from '../session.ts';
import { die, Failure } from '../failure.ts';
import type { Migration } from '../guest/migration.ts';
import type { StorageSection } from './config.ts';
import { storageOf } from './config.ts';
import { moveBytes, sizeText } from './progress.ts';
import type { VolumeName } from './volume-name.ts';
import { allocate, locate, volumeBytes } from './volumes.ts';

/**
 * Copies a volume to the other node and says so as `pvesm export | ssh pvesm import` does (PVE::Storage storage_migrate). Returns its ID
 * there. Throws Failure.
 */
export async function sendVolume(
  migration: Migration,
  volume: string,
  withSnapshots: boolean,
): Promise<string> {
  const { session, remote, log } = migration;
  const { storage, name } = locate(session.machine, volume);
  const target = storageOf(remote.machine, migration.storageFor(storage.id));
  let copy: string;
  try {
    refuseUntransferable(storage, target, name, withSnapshots);
    copy = await transfer(migration, volume, storage, target, name);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return die(`storage migration for '${volume}' to storage '${target.id}' failed - ${thrown.text}`);
  }
  migration.moved.set(volume, copy);
  log(`volume '${volume}' is '${copy}' on the target`);
  return copy;
}

/** Streams that a storage's plugin reads and writes have one in common, or there is no way (volume_transfer_formats). */
function refuseUntransferable(
  from: StorageSection,
  to: StorageSection,
  { format }: VolumeName,
  withSnapshots: boolean,
): void {
  const isFile = (storage: StorageSection): boolean => storage.options['path'] !== undefined;
  const isPossible = format === 'raw' ? !withSnapshots || from.type === 'btrfs' : isFile(from) && isFile(to);
  if (!isPossible) die(`cannot migrate from storage type '${from.type}' to '${to.type}'`);
}

async function transfer(
  migration: Migration,
  volume: string,
  from: StorageSection,
  to: StorageSection,
  { name, owner = '', format }: VolumeName,
): Promise<string> {
  const { session, remote, log, target } = migration;
  const bytes = volumeBytes(session.machine, volume) ?? die(`volume '${volume}' does not exist`);
  const isFile = to.options['path'] !== undefined;
  const stem = name.replace(/\.(raw|qcow2|vmdk)$/, '');
  const wanted = isFile ? `${stem}.${format}` : stem;
  const expected = `${to.id}:${isFile ? `${owner}/` : ''}${wanted}`;
  const isTaken = volumeBytes(target, expected) !== undefined;
  if (isTaken)
    log(`file '${locate(target, expected).path}' already exists - importing with a different name`);
  const copy = await allocate(remote, {
    storage: to.id,
    vmid: owner,
    format,
    kib: bytes / 1024,
    name: isTaken ? undefined : wanted,
  });
  const source = locate(session.machine, volume).path;
  const file = session.machine.volumes.size(source) ?? bytes;
  const seconds = await copyOver(migration, file, copy, from);
  const place = locate(target, copy).path;
  const header = session.machine.files.read(source) ?? '';
  const size = format === 'raw' ? (target.volumes.size(place) ?? bytes) : file;
  if (isFile && header !== '') target.files.write(place, header, 0o640);
  target.volumes.set(place, size);
  log(ddEnd(file, 4096, seconds) + ddEnd(file, 65536, seconds));
  log(`successfully imported '${copy}'`);
  return copy;
}

/** Waits until the bytes are over; the other node may be lost meanwhile. Returns the seconds that it took. Throws Failure. */
async function copyOver(
  { session, target, log, remote, type, vmid }: Migration,
  bytes: number,
  copy: string,
  from: StorageSection,
): Promise<number> {
  const { isOnline } = session.machine.cluster;
  const refuseLost = (): void => {
    if (isOnline(target.name)) return;
    die(
      `command 'set -o pipefail && pvesm export ${from.id}:... | /usr/bin/ssh root@${target.name} -- pvesm import ${copy}' failed: exit code 255`,
    );
  };
  try {
    passMiddle(session, type, vmid);
    refuseLost();
    return await moveBytes(session, bytes, 3, (done, seconds) => {
      refuseLost();
      log(ddProgress(done, seconds));
    });
  } catch (thrown) {
    if (thrown instanceof Failure && isOnline(target.name))
      remote.machine.volumes.remove(locate(remote.machine, copy).path);
    throw thrown;
  }
}

/** Sizes as dd says them: in powers of 1000 with two digits, then of 1024. */
function ddSizes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let index = 0;
  while (size >= 1000 && index < units.length - 1) {
    size /= 1000;
    index += 1;
  }
  const short = size < 10 ? size.toFixed(1) : size.toFixed(0);
  const binary = sizeText(bytes);
  return `${bytes} bytes (${short} ${units[index]}, ${binary.replace(/(\d{2,})\.\d/, '$1')})`;
}

function ddProgress(done: number, seconds: number): string {
  return `${ddSizes(done)} copied, ${Math.trunc(seconds)} s, ${(done / 1e6 / seconds).toFixed(1)} MB/s`;
}

function ddEnd(bytes: number, block: number, seconds: number): string {
  const whole = Math.floor(bytes / block);
  const records = `${whole}+${bytes % block === 0 ? 0 : 1} records`;
  const speed = (bytes / 1e6 / Math.max(seconds, 0.001)).toFixed(1);
  return `${records} in\n${records} out\n${ddSizes(bytes)} copied, ${seconds.toFixed(4)} s, ${speed} MB/s\n`;
}

/** The lab's nodes have disks of their own: what lies on a shared storage goes along with its guest, unseen. */
export function carryShared(
  { session, target }: Pick<Migration, 'session' | 'target'>,
  volume: string,
): void {
  const { path } = locate(session.machine, volume);
  const bytes = session.machine.volumes.size(path);
  if (bytes === undefined || target.volumes.size(path) !== undefined) return;
  target.files.write(path, session.machine.files.read(path) ?? '', 0o640);
  target.volumes.set(path, bytes);
  session.machine.volumes.remove(path);
}

/** The same for what a clone on another node is made of. */
export function carryAll(session: Session, node: string, volumes: readonly string[]): void {
  const target = session.machine.cluster.machines.get(node);
  if (target !== undefined) for (const volume of volumes) carryShared({ session, target }, volume);
}
