import { die } from '../failure.ts';
import type { Session } from '../session.ts';
import { storageOf } from './config.ts';
import { moveBytes, transferred } from './progress.ts';
import { extendedQcow2FileBytes, qcow2FileBytes } from './qcow2.ts';
import { CLUSTER, freshImage, hasSnapshot, readImage, writeImage } from './qcow2-image.ts';
import { allocate, freeImageName, locate, volumeBytes } from './volumes.ts';

/** A copy to make; what is left out is as with the source. */
export interface Copy {
  /** The guest that gets it. */
  readonly vmid: string;
  readonly volume: string;
  readonly storage?: string | undefined;
  readonly format?: string | undefined;
  /** Of the source, the state at this snapshot. */
  readonly snapshot?: string | undefined;
  /** A name that PVE does not choose, without its extension. */
  readonly name?: string | undefined;
}

/** Bytes of disk in a volume, or in a snapshot of it. Throws Failure if it is not there. */
export function sourceBytes(session: Session, volume: string, snapshot?: string): number {
  const { name, path } = locate(session.machine, volume);
  const now = volumeBytes(session.machine, volume) ?? die(`volume '${volume}' does not exist`);
  if (snapshot === undefined || name.format !== 'qcow2' || !hasSnapshot(session.machine, path, snapshot))
    return now;
  return readImage(session.machine, path).snapshots.find((one) => one.name === snapshot)?.bytes ?? now;
}

/** Formats that a storage holds, its own choice first (`format` of the plugins). */
function formatsOf(session: Session, id: string): readonly string[] {
  const storage = storageOf(session.machine, id);
  if (storage.options['path'] === undefined || storage.type === 'btrfs') return ['raw'];
  const own = storage.options['format'];
  return [...(own === undefined ? [] : [own]), 'raw', 'qcow2', 'vmdk'];
}

/** The format that a copy gets: the wanted one, else the source's, else what the storage can hold; says so if that is another. */
export function copyFormat(session: Session, storage: string, source: string, wanted?: string): string {
  const formats = formatsOf(session, storage);
  const hint = wanted ?? source;
  const format = formats.includes(hint) ? hint : (formats[0] ?? 'raw');
  if (wanted !== undefined && wanted !== format)
    session.warn(
      `format '${wanted}' is not supported by the target storage '${storage}' - using '${format}' instead\n`,
    );
  return format;
}

/** Allocates the volume of a copy of `bytes` and says so. Returns its ID. Throws Failure. */
export async function allocateCopy(
  session: Session,
  { vmid, volume, storage, format, name }: Copy,
  bytes: number,
): Promise<string> {
  const source = locate(session.machine, volume);
  const target = storageOf(session.machine, storage ?? source.storage.id);
  const wanted = copyFormat(session, target.id, source.name.format, format);
  const extension = target.options['path'] === undefined ? '' : `.${wanted}`;
  const copy = await allocate(session, {
    storage: target.id,
    vmid,
    format: wanted,
    kib: bytes / 1024,
    name: name === undefined ? undefined : `${name}${extension}`,
  });
  session.print(`allocated target volume '${copy}'\n`);
  return copy;
}

/** Fills a new volume from another as `qemu-img convert` does, with its progress. Throws Failure when the run is ended meanwhile. */
export async function convert(session: Session, from: string, to: string, bytes: number): Promise<void> {
  session.print(`${transferred(0, bytes)}\n`);
  if (session.machine.traits.qemuLacks.has('zeroinit')) refuseZeroinit(session, from, to);
  await moveBytes(session, bytes, 1, (done) => session.print(`${transferred(done, bytes)}\n`));
  session.print(`${transferred(bytes, bytes)}\n`.repeat(hasData(session, from) ? 2 : 1));
  leaveHoles(session, to, bytes);
}

/** What qemu-img without PVE's patches says of a target that is known to be empty. Throws Failure. */
function refuseZeroinit({ machine, print }: Session, from: string, to: string): never {
  const fileOf = (volume: string): string => (volume.startsWith('/') ? volume : locate(machine, volume).path);
  const formatOfFile = (path: string): string => /\.(qcow2|vmdk)$/.exec(path)?.[1] ?? 'raw';
  const [source, target] = [fileOf(from), fileOf(to)];
  print(`qemu-img: Could not open 'zeroinit:${target}': Unknown protocol 'zeroinit'\n`);
  return die(
    `copy failed: command '/usr/bin/qemu-img convert -p -n -f ${formatOfFile(source)} -O ${formatOfFile(target)} ${source} zeroinit:${target}' failed: exit code 1`,
  );
}

const HOLES = 'holes\n';

/**
 * qemu-img counts what holds data, and says 100 % once for the last of it and once for the end. An empty qcow2 image holds none; a raw
 * one has its first block written, unless qemu-img made it of zeroes only.
 */
function hasData({ machine }: Session, volume: string): boolean {
  const path = volume.startsWith('/') ? volume : locate(machine, volume).path;
  if (path.endsWith('.qcow2')) return false;
  return machine.files.read(path) !== HOLES;
}

/** What a conversion leaves: a raw file of holes; a qcow2 image whose tables are there although it was made without them. */
function leaveHoles({ machine }: Session, volume: string, bytes: number): void {
  const { storage, name, path } = locate(machine, volume);
  const size = machine.volumes.size(path) ?? 0;
  if (storage.options['path'] === undefined) return;
  if (name.format === 'raw') {
    machine.files.write(path, HOLES, 0o640);
    machine.volumes.set(path, size);
  } else if (name.format === 'qcow2' && storage.options['preallocation'] === 'off') {
    const tables = Math.ceil(bytes / (8192 * CLUSTER));
    const file = qcow2FileBytes(0, 'metadata') - CLUSTER + (1 + tables) * CLUSTER;
    writeImage(machine, path, freshImage(bytes, file), file);
  }
}

/** Makes a guest's own copy of a volume that nobody writes to. Returns its ID. Throws Failure. */
export async function copyVolume(session: Session, copy: Copy, made: string[]): Promise<string> {
  const bytes = sourceBytes(session, copy.volume, copy.snapshot);
  const volume = await allocateCopy(session, copy, bytes);
  made.push(volume);
  await convert(session, copy.volume, volume, bytes);
  return volume;
}

/** Whether a linked clone can rest on a volume: a base image of a directory or a thin volume. */
export function isLinkable(session: Session, volume: string): boolean {
  const { storage, name } = locate(session.machine, volume);
  return name.isBase && (storage.options['path'] !== undefined || storage.type === 'lvmthin');
}

/** Makes a guest's linked clone of a base volume and says so (clone_image of the plugins). Returns its ID. Throws Failure. */
export async function linkVolume(session: Session, vmid: string, volume: string): Promise<string> {
  const { storage, name, path } = locate(session.machine, volume);
  const bytes = volumeBytes(session.machine, volume) ?? die(`volume '${volume}' does not exist`);
  if (storage.type === 'lvmthin' || storage.type === 'btrfs')
    return allocate(session, { storage: storage.id, vmid, kib: bytes / 1024 });
  const folder = path.slice(0, path.lastIndexOf('/', path.lastIndexOf('/') - 1));
  const image = freeImageName(session.machine, `${folder}/${vmid}`, vmid, 'qcow2');
  const backing = `../${name.owner}/${name.name}`;
  const preallocation = name.format === 'qcow2' ? 'metadata' : 'off';
  session.print(
    `clone ${volume.slice(volume.indexOf(':') + 1)}: images, ${image}, ${vmid} to ${image} (base=${backing})\n`,
  );
  session.print(
    `Formatting '${folder}/${vmid}/${image}', fmt=qcow2 cluster_size=131072 extended_l2=on preallocation=${preallocation} compression_type=zlib ` +
      `size=${bytes} backing_file=${backing} backing_fmt=${name.format} lazy_refcounts=off refcount_bits=16\n`,
  );
  const file = extendedQcow2FileBytes(bytes, preallocation);
  const header = { ...freshImage(bytes, file, 2 * CLUSTER), backing };
  writeImage(session.machine, `${folder}/${vmid}/${image}`, header, file);
  return `${storage.id}:${name.owner}/${name.name}/${vmid}/${image}`;
}
