import { die } from '../failure.ts';
import type { Session } from '../session.ts';
import { storageOf } from './config.ts';
import { extendedQcow2FileBytes } from './qcow2.ts';
import { allocate, freeImageName, locate, volumeBytes } from './volumes.ts';

/** Makes a guest's own copy of a volume, on `storage` if it is given, and says so as qemu-img does. Returns its ID. Throws Failure. */
export async function copyVolume(
  session: Session,
  vmid: string,
  volume: string,
  storage: string | undefined,
  format: string | undefined,
  name?: string,
): Promise<string> {
  const source = locate(session.machine, volume);
  const target = storageOf(session.machine, storage ?? source.storage.id);
  const wanted = target.options['path'] === undefined ? 'raw' : (format ?? source.name.format);
  const bytes = volumeBytes(session.machine, volume) ?? die(`volume '${volume}' does not exist`);
  const copy = await allocate(session, {
    storage: target.id,
    vmid,
    format: wanted,
    kib: bytes / 1024,
    name: name === undefined ? undefined : `${name}.${wanted}`,
  });
  session.print(`allocated target volume '${copy}'\n`);
  if (name !== undefined) return copy;
  const size = sizeText(bytes);
  session.print(`transferred 0.0 B of ${size} (0.00%)\ntransferred ${size} of ${size} (100.00%)\n`);
  return copy;
}

function sizeText(bytes: number): string {
  const unit = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = bytes;
  let index = 0;
  while (size >= 1024 && index < unit.length - 1) {
    size /= 1024;
    index += 1;
  }
  return `${size.toFixed(1)} ${unit[index]}`;
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
  if (storage.type === 'lvmthin') return allocate(session, { storage: storage.id, vmid, kib: bytes / 1024 });
  if (storage.type === 'btrfs') die('pvefleet-lab: linked clones on btrfs are not modelled');
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
  session.machine.volumes.set(`${folder}/${vmid}/${image}`, extendedQcow2FileBytes(bytes, preallocation));
  return `${storage.id}:${name.owner}/${name.name}/${vmid}/${image}`;
}
