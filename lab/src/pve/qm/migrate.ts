import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { moveResource } from '../cluster/crm-commands.ts';
import { isForHa } from '../cluster/ha.ts';
import { die, failureText } from '../failure.ts';
import type { GuestConfig, Section } from '../guest/config.ts';
import {
  addressOf,
  checkStorageMap,
  openMigration,
  refuseUnreachable,
  runMigration,
  sshCommand,
  targetNode,
  type Migration,
} from '../guest/migration.ts';
import { refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { passMiddle, runTask, type Session, type TaskEnd } from '../session.ts';
import { refuseUnavailable, storageOf, usableStorage } from '../storage/config.ts';
import { carryShared, sendVolume } from '../storage/send.ts';
import { splitVolumeId } from '../storage/volume-name.ts';
import { free, locate, volumeBytes } from '../storage/volumes.ts';
import { DRIVE_NAMES, isDriveName, parseDrive, printDrive } from './drive.ts';
import { localDevices } from './local-devices.ts';
import { migrateLive, type LiveDisk } from './migrate-live.ts';
import { scanLocalVolumes, sharedVolumes, type LocalVolume } from './migrate-volumes.ts';
import { isPaused, land, launch, runningPid, setPaused } from './run-state.ts';
import { loadVm, saveVm } from './store.ts';

/** `qm migrate` (PVE::API2::Qemu migrate_vm). Throws Failure for what is refused before the task. */
export async function migrateVm(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const { vmid = '', target: node = '', online, targetstorage, migration_network: network } = parameters;
  const { machine } = session;
  const target = targetNode(session, node);
  if (network !== undefined) die('pvefleet-lab: qm migrate --migration_network is not modelled');
  const config = loadVm(session, vmid);
  refuseLocked('qemu', config);
  const isRunning = runningPid(machine, vmid) !== undefined;
  if (isRunning && online !== '1') die("can't migrate running VM without --online");
  if (!isRunning && online === '1') session.warn("VM isn't running. Doing offline migration instead.\n");
  if (targetstorage !== undefined)
    checkStorageMap(machine, node, 'targetstorage', targetstorage, 'images', 'vm images');
  if (targetstorage === undefined || targetstorage === '1') checkStorages(machine, config.main, node);
  if (isForHa(session, `vm:${vmid}`))
    return runTask(session, 'hamigrate', vmid, () => {
      session.print(`Requesting HA migration for VM ${vmid} to node ${node}\n`);
      moveResource(session, 'migrate', { sid: `vm:${vmid}`, node });
    });
  return runTask(session, 'qmigrate', vmid, () =>
    withGuestLock(session, 'qemu', vmid, 10, () =>
      migrate(openMigration(session, 'qmigrate', vmid, target, targetstorage), parameters),
    ),
  );
}

/** Each storage of the VM must be on both nodes, and take what lies on it (check_storage_availability). Throws Failure. */
function checkStorages(machine: Machine, section: Section, node: string): void {
  for (const name of DRIVE_NAMES) {
    const volume = parseDrive(name, section.get(name) ?? '')?.['file'] ?? '';
    const id = splitVolumeId(volume);
    if (id === undefined) continue;
    const storage = usableStorage(machine, id.storage);
    refuseUnavailable(storage, node);
    const { type } = locate(machine, volume).name;
    if (!storage.content.has(type))
      die(`${volume}: content type '${type}' is not available on storage '${id.storage}'`);
  }
}

async function migrate(migration: Migration, parameters: Parameters): Promise<void> {
  const { session, vmid, log } = migration;
  let isRunning = false;
  let locals: readonly LocalVolume[] = [];
  await runMigration(migration, {
    prepare: () => {
      const config = loadVm(session, vmid);
      refuseLocked('qemu', config);
      isRunning = runningPid(session.machine, vmid) !== undefined;
      if (isRunning && parameters['online'] !== '1') die("can't migrate running VM without --online");
      if (isRunning && parameters['with-conntrack-state'] !== '1')
        log('conntrack state migration not supported or disabled, active connections might get dropped');
      refuseDevices(migration, config.main, isRunning, parameters['force'] === '1');
      checkTargetStorages(migration, config);
      refuseUnreachable(migration);
      return Promise.resolve();
    },
    copy: async () => {
      log(`starting migration of VM ${vmid} to node '${migration.target.name}' (${addressOf(migration)})`);
      const config = loadVm(session, vmid);
      config.main.set('lock', 'migrate');
      saveVm(session, vmid, config);
      locals = scanLocalVolumes(migration, config, isRunning, parameters['with-local-disks'] === '1');
      updateSizes(migration, config, locals);
      saveVm(session, vmid, config);
      const copied = locals.filter(({ isLive }) => !isLive);
      if (copied.length > 0) log('copying local disk images');
      for (const { volume, withSnapshots } of copied) await sendVolume(migration, volume, withSnapshots);
    },
    takeBack: async () => {
      const config = loadVm(session, vmid);
      config.main.delete('lock');
      saveVm(session, vmid, config);
      await freeCopies(migration);
    },
    handOver: async () => {
      if (!isRunning && locals.length === 0) passMiddle(session, 'qmigrate', vmid);
      const disks = isRunning ? await live(migration, locals) : [];
      await finish(migration, locals, disks, isRunning);
    },
  });
}

/** Devices of this node's own cannot go along. Throws Failure. */
function refuseDevices({ log }: Migration, section: Section, isRunning: boolean, isForced: boolean): void {
  const blocking = localDevices(section);
  if (blocking.length === 0) return;
  if (isRunning || !isForced) die(`can't migrate VM which uses local devices: ${blocking.join(', ')}`);
  log('migrating VM which uses local devices');
}

function checkTargetStorages({ session, target, storageFor }: Migration, { main }: GuestConfig): void {
  for (const name of DRIVE_NAMES) {
    const volume = parseDrive(name, main.get(name) ?? '')?.['file'] ?? '';
    const id = splitVolumeId(volume);
    if (id === undefined) continue;
    const storage = usableStorage(session.machine, id.storage);
    const there = storageOf(session.machine, storage.shared ? storage.id : storageFor(storage.id));
    refuseUnavailable(there, target.name);
    const { type } = locate(session.machine, volume).name;
    if (!there.content.has(type))
      die(`${volume}: content type '${type}' is not available on storage '${there.id}'`);
  }
}

/** The config tells the sizes that the disks have. */
function updateSizes({ session }: Migration, { main }: GuestConfig, locals: readonly LocalVolume[]): void {
  for (const { volume, slot } of locals) {
    if (slot === undefined || slot === 'efidisk0' || slot === 'tpmstate0') continue;
    const drive = parseDrive(slot, main.get(slot) ?? '');
    const bytes = volumeBytes(session.machine, volume);
    if (drive === undefined || drive['file'] !== volume || bytes === undefined) continue;
    if (drive['media'] === 'cdrom' || drive['size'] === String(bytes)) continue;
    main.set(slot, printDrive(slot, { ...drive, size: String(bytes) }));
  }
}

async function freeCopies(migration: Migration): Promise<void> {
  const { session, remote, moved, target, logError } = migration;
  if (moved.size > 0 && !session.machine.cluster.isOnline(target.name)) {
    logError(`command '${sshCommand(migration, '/bin/true')}' failed: exit code 255`);
    return;
  }
  for (const copy of moved.values())
    await free({ ...remote, print: () => undefined, warn: () => undefined }, copy).catch((error: unknown) =>
      logError(failureText(error)),
    );
}

async function live(migration: Migration, locals: readonly LocalVolume[]): Promise<readonly LiveDisk[]> {
  const { session, vmid, logError } = migration;
  const made: LiveDisk[] = [];
  try {
    await migrateLive(migration, loadVm(session, vmid).main, locals, made);
    return made;
  } catch (thrown) {
    logError(`online migrate failure - ${failureText(thrown)}`);
    migration.log('aborting phase 2 - cleanup resources');
    const config = loadVm(session, vmid);
    config.main.delete('lock');
    saveVm(session, vmid, config);
    await freeCopies(migration);
    return die('migration aborted');
  }
}

/** Hands the config, and a running VM, to the other node, and frees what was copied. */
async function finish(
  migration: Migration,
  locals: readonly LocalVolume[],
  disks: readonly LiveDisk[],
  isRunning: boolean,
): Promise<void> {
  const { session, vmid, target, log, moved } = migration;
  const { machine } = session;
  const config = loadVm(session, vmid);
  const shared = sharedVolumes(migration, config);
  for (const section of [config.main, config.pending, ...config.snapshots.values()])
    renameVolumes(section, moved);
  for (const { slot, drive } of disks) config.main.set(slot, drive);
  saveVm(session, vmid, config);
  machine.files.rename(
    `/etc/pve/nodes/${machine.name}/qemu-server/${vmid}.conf`,
    `/etc/pve/nodes/${target.name}/qemu-server/${vmid}.conf`,
  );
  if (disks.length > 0) log('stopping NBD storage migration server on target.');
  if (isRunning) {
    const wasPaused = isPaused(machine, vmid);
    launch(target, vmid, config.main);
    if (wasPaused) setPaused(target, vmid, true);
    land(machine, vmid);
  }
  for (const { volume } of locals) await free(session, volume);
  for (const volume of shared) carryShared(migration, volume);
  const there = { ...session, machine: target };
  const handed = loadVm(there, vmid);
  handed.main.delete('lock');
  saveVm(there, vmid, handed);
}

function renameVolumes(section: Section, moved: ReadonlyMap<string, string>): void {
  for (const [name, text] of section) {
    const drive = isDriveName(name) ? parseDrive(name, text) : undefined;
    const volume = drive?.['file'] ?? text;
    const copy = moved.get(volume);
    if (copy === undefined || copy === volume) continue;
    if (drive !== undefined) section.set(name, printDrive(name, { ...drive, file: copy }));
    else if (/^unused\d+$|^vmstate$/.test(name)) section.set(name, copy);
  }
}
