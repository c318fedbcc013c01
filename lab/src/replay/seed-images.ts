import type { Machine } from '../machine.ts';
import { freshImage, writeImage } from '../pve/storage/qcow2-image.ts';
import type { Step } from './recording.ts';

const SOURCE = /^(?:.*import-from=)?((?:\/root\/|[\w-]+:import\/)[^,]+\.(?:qcow2|raw|img))(?:,|$)/;

/**
 * Puts in place the images that a step imports from: recordings leave out files of /root, and show of an image in a storage only how large
 * its file is. How large the disk in it is, the step that imported it tells.
 */
export function seedImages(machine: Machine, { argv, exit, stdout }: Step): void {
  const bytes = Number(/^Formatting '[^']*(?<!-cloudinit\.\w+)'.* size=(\d+)/m.exec(stdout)?.[1]);
  if (exit !== 0 || !Number.isFinite(bytes)) return;
  for (const word of argv) {
    const source = SOURCE.exec(word)?.[1];
    if (source === undefined) continue;
    const path = source.startsWith('/')
      ? source
      : `/var/lib/vz/import/${source.slice(source.indexOf('/') + 1)}`;
    if (!path.endsWith('.qcow2')) machine.volumes.set(path, bytes);
    else writeImage(machine, path, freshImage(bytes, 196_616), machine.volumes.size(path) ?? 196_616);
  }
}
