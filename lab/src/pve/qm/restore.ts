import type { PveCommand } from '../../machine.ts';
import { readArchive, type Archive } from '../backup/archive.ts';
import type { Parameters } from '../cli/getopt.ts';
import { singleCommand } from '../cli/tool.ts';
import { die, Failure, failureText, refuseParameters } from '../failure.ts';
import { emptyConfig, type GuestConfig, type Section } from '../guest/config.ts';
import { addToPool, refuseUnknownPool } from '../guest/pools.ts';
import { rescanLocked } from '../guest/rescan.ts';
import {
  configExists,
  refuseLocked,
  refuseProtected,
  refuseUsedId,
  refuseWithoutQuorum,
} from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { splitVolumeId } from '../storage/volume-name.ts';
import { free, locate } from '../storage/volumes.ts';
import { removeSnapshot } from '../storage/snapshots.ts';
import { DRIVE_NAMES, isCdrom, isDriveName, parseDrive } from './drive.ts';
import { parseWarnings } from './parse-warnings.ts';
import { VM_RESCAN } from './rescan-kind.ts';
import { allocateRestored, broughtSlots, extract, restoredConfig } from './restore-archive.ts';
import { runningPid } from './run-state.ts';
import { startVm } from './start.ts';
import { loadVm, saveVm } from './store.ts';
import { convertToTemplate } from './template.ts';

const flag = { type: 'boolean', optional: 1 };

/** `qmrestore`. Its parameters are the tool's own (PVE/CLI/qmrestore.pm). */
export const qmrestore: PveCommand = singleCommand('qmrestore <archive> <vmid> [OPTIONS]', {
  parameters: {
    archive: { type: 'string', maxLength: 255 },
    vmid: { type: 'integer', format: 'pve-vmid', minimum: 100, maximum: 999999999 },
    storage: { type: 'string', format: 'pve-storage-id', optional: 1 },
    force: flag,
    unique: flag,
    pool: { type: 'string', format: 'pve-poolid', optional: 1 },
    bwlimit: { type: 'number', minimum: 0, optional: 1 },
    'live-restore': flag,
    start: flag,
    'ha-managed': flag,
  },
  positional: ['archive', 'vmid'],
  exitsAsTask: true,
  run: (session, given) => restoreVm(session, given, {}),
});

/**
 * Restores a VM from a backup, with options that win over those of the archive (create_vm with an archive). Throws Failure for what is
 * refused before the task.
 */
export async function restoreVm(
  session: Session,
  parameters: Parameters,
  overrides: Parameters,
): Promise<TaskEnd> {
  const { vmid = '', archive: given = '', force, pool } = parameters;
  const { machine } = session;
  for (const name of ['live-restore', 'ha-managed'])
    if (parameters[name] === '1') die(`pvefleet-lab: restoring with --${name} is not modelled`);
  refuseWithoutQuorum(machine);
  if (pool !== undefined) refuseUnknownPool(machine, pool);
  const drive = Object.keys(overrides).find(isDriveName);
  if (drive !== undefined) refuseParameters({ [drive]: "option conflicts with option 'archive'" });
  const path = archivePath(session, given);
  const existed = configExists(machine, 'qemu', vmid);
  await reserve(session, vmid, force === '1');
  return runTask(session, 'qmrestore', vmid, async () => {
    try {
      refuseUnrestorable(session, vmid);
      await withGuestLock(session, 'qemu', vmid, 1, () =>
        restore(session, path, parameters, overrides, existed),
      );
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      const config = loadVm(session, vmid);
      if (config.main.get('lock') === 'create') config.main.delete('lock');
      saveVm(session, vmid, config);
      session.warn(
        `error before or during data restore, some or all disks were not completely restored. VM ${vmid} state is NOT cleaned up.\n`,
      );
      throw thrown;
    }
    if (parameters['start'] === '1') {
      session.print('Execute autostart\n');
      await startVm(session, { vmid });
    }
  });
}

function archivePath(session: Session, archive: string): string {
  const { machine } = session;
  if (archive === '-') die('pvefleet-lab: restoring from a pipe is not modelled');
  if (splitVolumeId(archive) === undefined) {
    if (machine.volumes.size(archive) === undefined) die(`can't find file '${archive}'`);
    return archive;
  }
  const { name, path } = locate(machine, archive);
  if (name.type !== 'backup') die(`unable to use volume ${archive} - content type needs to be 'backup'`);
  if (machine.volumes.size(path) === undefined) die(`volume '${archive}' does not exist`);
  return path;
}

async function reserve(session: Session, vmid: string, force: boolean): Promise<void> {
  try {
    await withGuestLock(session, 'qemu', vmid, 5, () => {
      const isOurs = configExists(session.machine, 'qemu', vmid);
      if (!force || !isOurs) refuseUsedId(session.machine, vmid);
      const config = isOurs ? loadVm(session, vmid) : emptyConfig();
      refuseLocked('qemu', config);
      config.main.set('lock', 'create');
      saveVm(session, vmid, config);
    });
  } catch (thrown) {
    die(`unable to restore VM ${vmid} - ${failureText(thrown)}`);
  }
}

function refuseUnrestorable(session: Session, vmid: string): void {
  refuseProtected(loadVm(session, vmid), `unable to restore VM ${vmid} -`);
  if (runningPid(session.machine, vmid) !== undefined) die(`unable to restore VM ${vmid} - vm is running`);
}

async function restore(
  session: Session,
  path: string,
  { vmid = '', archive: given = '', storage, unique, pool }: Parameters,
  overrides: Parameters,
  existed: boolean,
): Promise<void> {
  const { machine } = session;
  const archive =
    readArchive(machine, path) ??
    die(`pvefleet-lab: the archive '${path}' was not made by the lab, which cannot read it`);
  if (splitVolumeId(given) !== undefined)
    for (const warning of parseWarnings(vmid, archive.config)) session.warn(warning);
  if (archive.kind !== 'qemu') die(`ERROR: file '${path}' does not look like a QemuServer vzdump backup`);
  const made: string[] = [];
  let drives: Section = new Map();
  await extract(session, path, archive, async () => {
    if (existed) await freeOld(session, vmid, archive);
    drives = await allocateRestored(session, vmid, archive, storage, made);
  });
  const config = restoredConfig(session, archive, drives, unique === '1');
  for (const [name, value] of Object.entries(overrides)) config.main.set(name, value);
  if (archive.firewall !== undefined) machine.files.write(`/etc/pve/firewall/${vmid}.fw`, archive.firewall);
  saveVm(session, vmid, config);
  session.print('rescan volumes...\n');
  rescanLocked(VM_RESCAN, session, vmid, false);
  if (pool !== undefined) addToPool(machine, pool, vmid);
  if (config.main.get('template') !== '1') return;
  session.warn('Convert to template.\n');
  convertToTemplate(session, vmid);
}

/** Of what the VM had, the disks that the archive brings go, and what its snapshots hold; others will be unused. */
async function freeOld(session: Session, vmid: string, archive: Archive): Promise<void> {
  const old: GuestConfig = loadVm(session, vmid);
  const brought = broughtSlots(archive);
  const kept: string[] = [];
  for (const name of DRIVE_NAMES) {
    const drive = parseDrive(name, old.main.get(name) ?? '');
    const volume = drive?.['file'] ?? '/';
    if (drive === undefined || isCdrom(drive, true) || volume.startsWith('/')) continue;
    if (locate(session.machine, volume).name.owner !== vmid) continue;
    if (brought.has(name)) await free(session, volume);
    else kept.push(volume);
  }
  for (const [name, section] of old.snapshots) {
    const state = section.get('vmstate');
    if (state !== undefined) await free(session, state);
    for (const volume of kept) removeSnapshot(session, volume, name, false);
  }
}
