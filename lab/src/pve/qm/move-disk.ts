import type { Parameters } from '../cli/getopt.ts';
import { die, Failure, failureText, refuseParameters } from '../failure.ts';
import { digestOf, type GuestConfig } from '../guest/config.ts';
import { configText, refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { usableStorage } from '../storage/config.ts';
import { mirrors } from '../storage/mirror.ts';
import { requireVolumeId } from '../storage/volume-name.ts';
import { makeBase } from '../storage/base-volumes.ts';
import { free, locate } from '../storage/volumes.ts';
import { cloneDisk } from './clone-disk.ts';
import { isCdrom, parseDrive, printDrive, type Drive } from './drive.ts';
import { reassignDisk } from './reassign.ts';
import { runningPid } from './run-state.ts';
import { loadVm, saveVm } from './store.ts';
import { addUnused, isVolumeInUse } from './unused.ts';

/** `qm disk move`: to another storage or format, or to another VM. Throws Failure for what is refused before the task. */
export async function moveDisk(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const { vmid = '', storage, 'target-vmid': target, disk = '', 'target-disk': slot = disk } = parameters;
  if (target !== undefined && storage !== undefined) {
    const error = "either set 'storage' or 'target-vmid', but not both";
    refuseParameters({ 'target-vmid': error, storage: error });
  }
  if (target !== undefined) return reassignDisk(session, parameters, target, slot);
  if (storage === undefined) {
    const error = "both 'storage' and 'target-vmid' missing, either needs to be set";
    refuseParameters({ 'target-vmid': error, storage: error });
  }
  if (disk.startsWith('unused'))
    die('pvefleet-lab: moving an unused disk to another storage is not modelled');
  loadChecked(session, parameters, storage);
  return runTask(session, 'qmmove', vmid, () =>
    withGuestLock(session, 'qemu', vmid, 10, () => copyAway(session, parameters, storage)),
  );
}

interface Found {
  readonly config: GuestConfig;
  readonly drive: Drive;
  readonly isSnapshotted: boolean;
}

function loadChecked(
  session: Session,
  { vmid = '', disk = '', digest, format, delete: deletes }: Parameters,
  storage: string,
): Found {
  const config = loadVm(session, vmid);
  refuseLocked('qemu', config);
  if (digest !== undefined && digest !== digestOf(configText(session.machine, 'qemu', vmid)))
    die('checksum mismatch (file change by other user?)');
  const drive =
    parseDrive(disk, config.main.get(disk) ?? die(`disk '${disk}' does not exist`)) ??
    die(`disk '${disk}' does not exist`);
  const volume = drive['file'] ?? die(`disk '${disk}' has no associated volume`);
  if (isCdrom(drive, true)) die("you can't move a cdrom");
  const from = requireVolumeId(volume).storage;
  const before = locate(session.machine, volume).name.format;
  if (from === storage && (format === undefined || format === before))
    die("you can't move to the same storage with same format");
  if (!usableStorage(session.machine, storage).content.has('images'))
    refuseParameters({ storage: `storage '${storage}' does not support vm images` });
  const isSnapshotted = isVolumeInUse(config, disk, volume);
  if (isSnapshotted && deletes === '1') die("you can't move a disk with snapshots and delete the source");
  return { config, drive, isSnapshotted };
}

async function copyAway(session: Session, parameters: Parameters, storage: string): Promise<void> {
  const { vmid = '', disk = '', format } = parameters;
  const { config, drive, isSnapshotted } = loadChecked(session, parameters, storage);
  const volume = drive['file'] ?? '';
  const from = requireVolumeId(volume).storage;
  session.print(`copying volume '${volume}' from current storage '${from}' to target storage '${storage}'\n`);
  const made: string[] = [];
  try {
    if (isSnapshotted) session.warn('moving disk with snapshots, snapshots will not be moved!\n');
    const isRunning = runningPid(session.machine, vmid) !== undefined;
    const jobs = mirrors(session);
    const target = { vmid, name: disk, storage, format, full: true };
    const moved = await cloneDisk(session, { name: disk, drive, isRunning }, target, jobs, made);
    jobs.complete();
    config.main.set(disk, printDrive(disk, moved));
    if (parameters['delete'] !== '1') {
      addUnused(config.main, volume);
      const name = [...config.main].find(([, value]) => value === volume)?.[0] ?? '';
      session.print(`adding source volume '${volume}' as '${name}' to config\n`);
    }
    if (config.main.get('template') === '1') {
      const base = { ...moved, file: makeBase(session.machine, moved['file'] ?? '') };
      config.main.set(disk, printDrive(disk, base));
    }
    saveVm(session, vmid, config);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    for (const copy of made) await free(session, copy);
    die(`storage migration failed: ${failureText(thrown)}`);
  }
  if (parameters['delete'] !== '1') return;
  session.print(`removing source volume '${volume}' after successful copy\n`);
  await free(session, volume).catch((error: unknown) => session.warn(failureText(error)));
}
