import { die, failureText } from '../failure.ts';
import type { GuestConfig, Section } from '../guest/config.ts';
import { logWarning, type Session } from '../session.ts';
import { readStorages } from '../storage/config.ts';
import { splitVolumeId } from '../storage/volume-name.ts';
import { free, locate } from '../storage/volumes.ts';
import { isCdrom, isCloudinit, isDriveName, parseDrive, type Drive } from './drive.ts';

/** Whether the volume belongs to this guest by its name; a path belongs to none. */
export function ownsVolume(session: Session, vmid: string, volume: string): boolean {
  return !volume.startsWith('/') && locate(session.machine, volume).name.owner === vmid;
}

/** Adds a volume as the first free `unusedN`, unless it is there already. Throws Failure when all 256 are taken. */
export function addUnused(section: Section, volume: string): void {
  let vacant: string | undefined;
  for (let index = 255; index >= 0; index -= 1) {
    const held = section.get(`unused${index}`);
    if (held === volume) return;
    if (held === undefined) vacant = `unused${index}`;
  }
  section.set(vacant ?? die('Too many unused volumes - please delete them first.'), volume);
}

/** What becomes of a drive that leaves its slot: a cloud-init drive is destroyed, a disk of the guest's own becomes unused. */
export async function registerUnused(
  session: Session,
  vmid: string,
  config: GuestConfig,
  drive: Drive,
): Promise<void> {
  const volume = drive['file'] ?? '';
  if (isCloudinit(drive)) {
    await free(session, volume).catch((error: unknown) => session.warn(failureText(error)));
    config.special.delete('cloudinit');
    return;
  }
  const id = splitVolumeId(volume);
  if (isCdrom(drive) || id === undefined) return;
  if (!readStorages(session.machine).some((storage) => storage.id === id.storage)) {
    logWarning(
      session,
      `storage '${id.storage}' no longer exists, volume '${volume}' will be removed from config`,
    );
  } else if (ownsVolume(session, vmid, volume)) {
    addUnused(config.main, volume);
  }
}

/** Destroys the disk of an `unusedN`, or of any slot when forced; true if the option goes then. Throws Failure when it is in use. */
export async function destroyUnused(
  session: Session,
  vmid: string,
  config: GuestConfig,
  name: string,
  drive: Drive,
  force: boolean,
): Promise<boolean> {
  if ((!force && !name.startsWith('unused')) || isCdrom(drive, true)) return false;
  const volume = drive['file'] ?? '';
  if (!ownsVolume(session, vmid, volume)) return true;
  if (isVolumeInUse(config, name, volume))
    die(`unable to delete '${volume}' - volume is still in use (snapshot?)`);
  await free(session, volume);
  return true;
}

/** Whether a volume is in another slot of the VM, or in a snapshot. */
export function isVolumeInUse(config: GuestConfig, except: string, volume: string): boolean {
  const uses = (section: Section, skip: string | undefined): boolean =>
    [...section].some(([name, text]) => {
      if (name === skip || !isDriveName(name)) return false;
      const drive = parseDrive(name, text);
      return drive !== undefined && !isCdrom(drive) && drive['file'] === volume;
    });
  return (
    uses(config.main, except) || [...config.snapshots.values()].some((section) => uses(section, undefined))
  );
}

/** Drops `unusedN` whose volume is in use again (write_vm_config). */
export function dropReusedVolumes(config: GuestConfig): void {
  const used = new Set(
    [...config.main, ...config.pending].flatMap(([name, text]) =>
      isDriveName(name) ? (parseDrive(name, text)?.['file'] ?? []) : [],
    ),
  );
  for (const [name, volume] of config.main) {
    if (name.startsWith('unused') && used.has(volume)) config.main.delete(name);
  }
}
