import { die } from '../failure.ts';
import { withStorageLock } from '../locks.ts';
import type { Session } from '../session.ts';
import type { StorageSection } from './config.ts';
import { resizeImage } from './qcow2-image.ts';
import { isFileBased, locate, toExtents } from './volumes.ts';

/** Gives a volume another size and says so, unless the VM that runs on it does it itself. Throws Failure. */
export async function resizeVolume(
  session: Session,
  volume: string,
  bytes: number,
  running = false,
): Promise<void> {
  const { storage, name, path } = locate(session.machine, volume);
  await withStorageLock(session, storage.id, storage.shared, () => {
    const rounded = Math.ceil(bytes / 1024) * 1024;
    if (isFileBased(storage)) {
      if (name.isBase) refuseImmutable(session, storage, name.format, path, rounded);
      if (name.format === 'qcow2')
        resizeImage(session.machine, path, rounded, storage.options['preallocation'], running);
      else session.machine.volumes.set(path, rounded);
      if (!running) session.print('Image resized.\n');
      return;
    }
    const before = session.machine.volumes.size(path) ?? 0;
    session.machine.volumes.set(path, toExtents(rounded));
    session.print(
      `  Size of logical volume ${storage.options['vgname']}/${name.name} changed from ${extents(before)} to ${extents(toExtents(rounded))}.\n  Logical volume ${storage.options['vgname']}/${name.name} successfully resized.\n`,
    );
  });
}

/** A base image is immutable (chattr +i), so qemu-img cannot open it. */
function refuseImmutable(
  session: Session,
  storage: StorageSection,
  format: string,
  path: string,
  bytes: number,
): never {
  session.print(`qemu-img: Could not open '${path}': Could not open '${path}': Operation not permitted\n`);
  const preallocation = format === 'qcow2' ? (storage.options['preallocation'] ?? 'metadata') : undefined;
  const options = preallocation === undefined ? '' : `'--preallocation=${preallocation}' `;
  die(`command '/usr/bin/qemu-img resize ${options}-f ${format} ${path} ${bytes}' failed: exit code 1`);
}

/** `20.00 GiB (5120 extents)`, as lvextend(8) says it. */
function extents(bytes: number): string {
  const size =
    bytes >= 1024 ** 3 ? `${(bytes / 1024 ** 3).toFixed(2)} GiB` : `${(bytes / 1024 ** 2).toFixed(2)} MiB`;
  return `${size} (${bytes / (4 * 1024 ** 2)} extents)`;
}
