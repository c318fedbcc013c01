import { die, Failure } from '../failure.ts';
import { printConfig, emptyConfig } from '../guest/config.ts';
import { initPid, isRunning, land, launch } from '../pct/run-state.ts';
import { loadCt, saveCt } from '../pct/store.ts';
import { isVolume, MOUNT_NAMES, parseMount, type MountPoint } from '../pct/volume.ts';
import { pause, type Session } from '../session.ts';
import { moveBytes, sizeText } from '../storage/progress.ts';
import { refuseWithoutSnapshots, removeSnapshot, takeSnapshot } from '../storage/snapshots.ts';
import { locate, volumeBytes } from '../storage/volumes.ts';
import type { Archive, ArchivedDisk } from './archive.ts';
import type { BackupKind, JobOptions, Task } from './job.ts';

/** What tar writes of a container from the lab's template, as recorded, and what that is when compressed. */
export const TAR_BYTES = 2_549_760;
const ARCHIVE_BYTES: Readonly<Record<string, number>> = {
  '0': TAR_BYTES,
  gzip: 1_100_799,
  zstd: 1_114_146,
};
const LZO_BYTES = 1_300_000;
const POWER_SECONDS = 0.3;

/** `2549760 (2.5MiB, 40MiB/s)`: tar rounds sizes up. */
export function tarTotal(bytes: number, mibPerSecond: number): string {
  return `${bytes} (${(Math.ceil((bytes / 1024 ** 2) * 10) / 10).toFixed(1)}MiB, ${mibPerSecond}MiB/s)`;
}

/** Containers, for backups (PVE/VZDump/LXC.pm). */
export const CT_BACKUP: BackupKind = {
  kind: 'lxc',
  extension: 'tar',
  isRunning: (session, vmid) => isRunning(session.machine, vmid),
  guestName: (session, vmid) => loadCt(session, vmid).main.get('hostname') ?? `CT${vmid}`,
  load: loadCt,
  save: saveCt,
  back: async (task, wanted, announce) => {
    const mode = prepareMode(task, wanted);
    announce(mode);
    if (mode !== 'snapshot') sayMounts(task);
    const wasRunning = isRunning(task.session.machine, task.vmid);
    task.later(() => cleanUp(task, mode, wasRunning));
    if (mode === 'snapshot') snapshot(task);
    if (mode === 'stop' && wasRunning) await stop(task);
    if (mode === 'suspend') await sync(task);
    task.say(`creating vzdump archive '${task.path}'`);
    await write(task);
    return { archive: assemble(task), bytes: ARCHIVE_BYTES[task.options.compress] ?? LZO_BYTES };
  },
};

/** A snapshot needs storages that have them; without, the container is suspended. */
function prepareMode(task: Task, wanted: JobOptions['mode']): JobOptions['mode'] {
  if (wanted !== 'snapshot') return wanted;
  sayMounts(task);
  try {
    for (const [, mount] of included(task)) refuseWithoutSnapshots(task.session, mount['volume'] ?? '');
    return 'snapshot';
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    task.say("mode failure - some volumes do not support snapshots\ntrying 'suspend' mode instead");
    return 'suspend';
  }
}

/** Mount points with what leaves them out of a backup: their type and the reason. */
function mounts({
  session,
  vmid,
}: Task): readonly (readonly [string, MountPoint, readonly [string, string] | undefined])[] {
  const { main } = loadCt(session, vmid);
  return MOUNT_NAMES.flatMap((name) => {
    const text = main.get(name);
    if (text === undefined) return [];
    const mount = parseMount(name, text);
    return [[name, mount, leftOut(name, mount)] as const];
  });
}

function leftOut(name: string, mount: MountPoint): readonly [string, string] | undefined {
  if (!isVolume(mount))
    return [(mount['volume'] ?? '').startsWith('/dev/') ? 'device' : 'bind', 'not a volume'];
  return name === 'rootfs' || mount['backup'] === '1' ? undefined : ['volume', 'disabled'];
}

function included(task: Task): readonly (readonly [string, MountPoint])[] {
  return mounts(task).flatMap(([name, mount, left]) => (left === undefined ? [[name, mount] as const] : []));
}

function sayMounts(task: Task): void {
  const { session, vmid, say } = task;
  const hostname = loadCt(session, vmid).main.get('hostname');
  if (hostname !== undefined) say(`CT Name: ${hostname}`);
  for (const [name, mount, left] of mounts(task)) {
    const where = `mount point ${name} ('${name === 'rootfs' ? '/' : mount['mp']}')`;
    if (left === undefined) say(`including ${where} in backup`);
    else say(`excluding ${left[0]} ${where} from backup (${left[1]})`);
  }
}

function snapshot(task: Task): void {
  task.say("create storage snapshot 'vzdump'");
  const quiet = sayingSession(task);
  for (const [, mount] of included(task)) takeSnapshot(quiet, mount['volume'] ?? '', 'vzdump', true);
}

/** What the storage's tools print stands in the log of the backup. */
function sayingSession({ session, say }: Task): Session {
  return { ...session, print: (text) => say(text.replace(/\n$/, '')) };
}

async function stop({ session, vmid, say }: Task): Promise<void> {
  say('stopping virtual guest');
  await pause(session, POWER_SECONDS);
  land(session.machine, vmid);
}

/** Without snapshots the files are copied twice: while the container runs, and what changed while it is frozen. */
async function sync({ session, vmid, say }: Task): Promise<void> {
  const from = `/proc/${initPid(session.machine, vmid) ?? ''}/root/`;
  const to = `/var/tmp/vzdumptmp${session.machine.clock() % 10000}_${vmid}`;
  say(`starting first sync ${from} to ${to}`);
  await pause(session, POWER_SECONDS);
  say(`first sync finished - transferred ${sizeText(2_031_583, 2)} in 1s\nsuspending guest`);
  say(`starting final sync ${from} to ${to}`);
  say('final sync finished - transferred 0.00 B in 0s\nresuming guest');
  say('guest is online again after <1 seconds');
}

async function write({ session, say, options, vmid }: Task): Promise<void> {
  if (options.storage !== undefined && session.machine.faults.storageFull(options.storage.id)) {
    say('tar: -: Wrote only 4096 of 10240 bytes\ntar: Error is not recoverable: exiting now');
    die(`command 'set -o pipefail && tar cpf - ...' failed: exit code 2`);
  }
  const { main } = loadCt(session, vmid);
  const bytes =
    volumeBytes(session.machine, parseMount('rootfs', main.get('rootfs') ?? '')['volume'] ?? '') ?? 0;
  await moveBytes(session, bytes, Infinity, () => undefined);
  const mib = 20 + (Number.parseInt(session.machine.random.hex(2), 16) % 60);
  say(`Total bytes written: ${tarTotal(TAR_BYTES, mib)}`);
}

function assemble(task: Task): Archive {
  const { session, vmid } = task;
  const { machine } = session;
  const config = loadCt(session, vmid);
  const kept = emptyConfig();
  for (const [name, value] of config.main)
    if (name !== 'lock' && name !== 'parent') kept.main.set(name, value);
  kept.raw.set(kept.main, config.raw.get(config.main) ?? []);
  return {
    kind: 'lxc',
    vmid,
    config: printConfig('lxc', kept),
    firewall: machine.files.read(`/etc/pve/firewall/${vmid}.fw`),
    disks: included(task).map(([slot, mount]) => archivedDisk(session, slot, mount['volume'] ?? '')),
    made: machine.clock(),
  };
}

function archivedDisk({ machine }: Session, slot: string, volume: string): ArchivedDisk {
  const { storage, name } = locate(machine, volume);
  return { slot, bytes: volumeBytes(machine, volume) ?? 0, storage: storage.id, format: name.format };
}

function cleanUp(task: Task, mode: JobOptions['mode'], wasRunning: boolean): void {
  const { session, vmid, say } = task;
  if (mode === 'snapshot') {
    say("cleanup temporary 'vzdump' snapshot");
    const quiet = sayingSession(task);
    for (const [, mount] of included(task)) removeSnapshot(quiet, mount['volume'] ?? '', 'vzdump', true);
  }
  if (mode !== 'stop' || !wasRunning) return;
  say('restarting vm');
  launch(session.machine, vmid);
  say('guest is online again after 1 seconds');
}
