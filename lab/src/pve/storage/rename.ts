import { die } from '../failure.ts';
import { withStorageLock } from '../locks.ts';
import type { Session } from '../session.ts';
import { folderOf } from './volume-name.ts';
import { freeImageName, freeVolumeName, locate } from './volumes.ts';

/** Gives a volume to another guest, under PVE's next name for it (rename_volume of the plugins). Returns its new ID. Throws Failure. */
export async function renameVolume(session: Session, volume: string, vmid: string): Promise<string> {
  const { machine } = session;
  const { storage, name, path } = locate(machine, volume);
  if (machine.volumes.size(path) === undefined) die(`volume '${volume}' does not exist`);
  if (name.isBase) die("Can't rename base images");
  return withStorageLock(session, storage.id, storage.shared, () => {
    const isFile = storage.options['path'] !== undefined;
    const folder = isFile ? `${folderOf(storage, 'images')}/${vmid}` : `/dev/${storage.options['vgname']}`;
    const fresh = isFile
      ? freeImageName(machine, folder, vmid, name.format)
      : freeVolumeName(machine, folder, vmid, name.format);
    const base = name.base === undefined ? '' : `${name.base}/`;
    const renamed = `${storage.id}:${isFile ? `${base}${vmid}/` : ''}${fresh}`;
    machine.volumes.rename(path, locate(machine, renamed).path);
    if (!isFile)
      session.print(
        `  Renamed "${name.name}" to "${fresh}" in volume group "${storage.options['vgname']}"\n`,
      );
    return renamed;
  });
}
