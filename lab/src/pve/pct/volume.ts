import { die } from '../failure.ts';
import { parseProperties } from '../cli/verify.ts';
import { printProperties, type PropertyValues } from '../formats/property-string.ts';
import { parseSize } from '../formats/values.ts';
import type { GuestConfig, Section } from '../guest/config.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Properties } from '../schema/types.ts';
import type { Session } from '../session.ts';
import { storageOf } from '../storage/config.ts';
import { splitVolumeId } from '../storage/volume-name.ts';
import { allocate, free, locate, volumeBytes } from '../storage/volumes.ts';
import { catchUp } from './filesystem-size.ts';
import { mkfsOutput } from './mkfs.ts';

/** A mount point's keys; `size` is in bytes. */
export type MountPoint = PropertyValues;

/** `rootfs` and the mount points in PVE's order. */
export const MOUNT_NAMES: readonly string[] = [
  'rootfs',
  ...Array.from({ length: 256 }, (_, index) => `mp${index}`),
];

/** Whether an option is `rootfs` or a mount point. */
export function isMountName(name: string): boolean {
  return name === 'rootfs' || /^mp\d+$/.test(name);
}

/** `STORAGE:SIZE`, a volume of that many GiB that is still to be made. */
export const NEW_VOLUME = /^([^:\s]+):(\d+(?:\.\d+)?)$/;

function tableOf(name: string): Properties {
  const format = parametersOf('POST /nodes/{node}/lxc')[name]?.format;
  if (format === undefined || typeof format === 'string') throw new Error(`'${name}' is no mount point`);
  return format;
}

/** Reads a mount point. Throws Failure. */
export function parseMount(name: string, text: string): MountPoint {
  const mount = parseProperties(tableOf(name), text);
  if (mount['size'] !== undefined) mount['size'] = String(parseSize(mount['size']) ?? 0);
  return mount;
}

/** Writes a mount point. */
export function printMount(name: string, mount: MountPoint): string {
  return printProperties(mount, tableOf(name));
}

/** Whether a mount point is a volume of a storage, not a directory or device of the node. */
export function isVolume(mount: MountPoint): boolean {
  return !(mount['volume'] ?? '').startsWith('/');
}

/** Makes a volume with an empty file system and says so. Returns its ID. Throws Failure. */
export async function makeVolume(
  session: Session,
  vmid: string,
  storageId: string,
  kib: number,
): Promise<{ readonly volume: string; readonly bytes: number }> {
  const storage = storageOf(session.machine, storageId);
  if (!storage.content.has('rootdir'))
    die(`content type 'rootdir' is not available or configured on storage '${storageId}'`);
  if (kib === 0) die('pvefleet-lab: containers on directories of size 0 are not modelled');
  const volume = await allocate(session, { storage: storageId, vmid, format: 'raw', kib });
  catchUp(session.machine, volume);
  session.print(mkfsOutput(kib * 1024, session.machine.random.uuid()));
  return { volume, bytes: kib * 1024 };
}

/** Makes what mount points ask for and stores them in `target` (create_disks); frees what it made when a later one fails. Throws Failure. */
export async function createVolumes(
  session: Session,
  vmid: string,
  mounts: ReadonlyMap<string, string>,
  target: Section,
): Promise<void> {
  const made: string[] = [];
  try {
    for (const name of MOUNT_NAMES) {
      const text = mounts.get(name);
      if (text === undefined) continue;
      const mount = parseMount(name, text);
      const fresh = NEW_VOLUME.exec(mount['volume'] ?? '');
      if (fresh !== null) {
        const { volume, bytes } = await makeVolume(
          session,
          vmid,
          fresh[1] ?? '',
          Math.trunc(Number(fresh[2]) * 1024) * 1024,
        );
        made.push(volume);
        Object.assign(mount, { volume, size: String(bytes) });
      }
      target.set(name, printMount(name, mount));
    }
  } catch (thrown) {
    for (const volume of made) await free(session, volume);
    throw thrown;
  }
}

/** Sets a mount point's size from its volume; a volume that is missing is a warning. Throws Failure for a name that is none. */
export function rescan(session: Session, mount: MountPoint): void {
  const volume = mount['volume'] ?? '';
  const bytes = volumeBytes(session.machine, volume);
  if (bytes === undefined) session.warn(`failed to stat '${locate(session.machine, volume).path}'\n`);
  else mount['size'] = String(bytes);
}

/** Destroys a volume if it belongs to the container. Throws Failure. */
export async function deleteVolume(session: Session, vmid: string, volume: string): Promise<void> {
  if (volume.startsWith('/')) return;
  if (locate(session.machine, volume).name.owner === vmid) await free(session, volume);
  else session.warn(`ignore deletion of '${volume}', CT ${vmid} isn't the owner!\n`);
}

/** The volume of an `unusedN`, whether or not it is written with its key. */
export function unusedVolume(text: string): string {
  return text.replace(/^volume=/, '');
}

/** Whether a volume is mounted by the config, its pending part or a snapshot. */
export function isVolumeUsed(config: GuestConfig, volume: string): boolean {
  return [config.main, config.pending, ...config.snapshots.values()].some((section) =>
    [...section].some(
      ([name, text]) =>
        isMountName(name) &&
        splitVolumeId(volume) !== undefined &&
        parseMount(name, text)['volume'] === volume,
    ),
  );
}

/** Whether a snapshot of the container holds a volume. */
export function isInSnapshot({ snapshots }: GuestConfig, volume: string): boolean {
  return [...snapshots.values()].some((section) =>
    [...section].some(([name, text]) => isMountName(name) && parseMount(name, text)['volume'] === volume),
  );
}
