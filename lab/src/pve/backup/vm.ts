import { die, Failure } from '../failure.ts';
import { formatSize } from '../formats/values.ts';
import { configText } from '../guest/store.ts';
import { DRIVE_NAMES, isCdrom, parseDrive } from '../qm/drive.ts';
import { freezeRefusal } from '../qm/freeze.ts';
import { isPaused, land, launch, runningPid, setPaused } from '../qm/run-state.ts';
import { checkStartable } from '../qm/start.ts';
import { loadVm, saveVm } from '../qm/store.ts';
import { pause, type Session } from '../session.ts';
import { moveBytes, sizeText } from '../storage/progress.ts';
import { locate, volumeBytes } from '../storage/volumes.ts';
import type { Archive, ArchivedDisk } from './archive.ts';
import type { BackupKind, JobOptions, Task } from './job.ts';

/** Bytes of an archive of empty disks, as recorded, by its compression. */
const ARCHIVE_BYTES: Readonly<Record<string, number>> = { '0': 157_696, gzip: 42_802, zstd: 36_651 };
const LZO_BYTES = 45_000;
/** Seconds that a VM takes to stop or start for its backup. */
const POWER_SECONDS = 0.3;

/** VMs, for backups (PVE/VZDump/QemuServer.pm). */
export const VM_BACKUP: BackupKind = {
  kind: 'qemu',
  extension: 'vma',
  isRunning: (session, vmid) => runningPid(session.machine, vmid) !== undefined,
  guestName: (session, vmid) => loadVm(session, vmid).main.get('name') ?? `VM ${vmid}`,
  load: loadVm,
  save: saveVm,
  back: async (task, mode, announce) => {
    const { session, vmid, say, path } = task;
    if (mode === 'snapshot') sayDisks(task);
    announce(mode);
    if (mode !== 'snapshot') sayDisks(task);
    const wasRunning = runningPid(session.machine, vmid) !== undefined;
    const wasPaused = wasRunning && isPaused(session.machine, vmid);
    task.later(() => resume(task, mode, wasRunning, wasPaused));
    if (mode === 'stop' && wasRunning) await stop(task);
    if (mode === 'suspend') {
      say('suspending guest');
      if (!wasPaused) setPaused(session.machine, vmid, true);
    }
    const archive = assemble(task);
    say(`creating vzdump archive '${path}'`);
    await copy(task, mode, archive.disks, wasRunning && !wasPaused);
    return { archive, bytes: ARCHIVE_BYTES[task.options.compress] ?? LZO_BYTES };
  },
};

/** The disks of a VM, and whether each is backed up. */
function disksOf(session: Session, vmid: string): readonly (readonly [string, string, boolean])[] {
  const { main } = loadVm(session, vmid);
  return DRIVE_NAMES.flatMap((name) => {
    const drive = parseDrive(name, main.get(name) ?? '');
    if (drive === undefined || isCdrom(drive)) return [];
    return [[name, drive['file'] ?? '', drive['backup'] !== '0'] as const];
  });
}

function sayDisks({ session, vmid, say }: Task): void {
  const { main } = loadVm(session, vmid);
  const name = main.get('name');
  if (name !== undefined) say(`VM Name: ${name}`);
  for (const [slot, volume, isIncluded] of disksOf(session, vmid)) {
    const size = parseDrive(slot, main.get(slot) ?? '')?.['size'];
    if (isIncluded)
      say(`include disk '${slot}' '${volume}'${size === undefined ? '' : ` ${formatSize(Number(size))}`}`);
    else say(`exclude disk '${slot}' '${volume}' (backup=no)`);
  }
}

async function stop({ session, vmid, say }: Task): Promise<void> {
  say('stopping virtual guest');
  await pause(session, POWER_SECONDS);
  land(session.machine, vmid);
}

/** The config goes into the archive without snapshots, pending changes and unused disks, but with what maps its disks. */
function assemble({ session, vmid, say }: Task): Archive {
  const { machine } = session;
  const lines: string[] = [];
  let skipped: 'snapshot' | 'pending' | 'special' | undefined;
  const found = new Set<string>();
  for (const line of configText(machine, 'qemu', vmid).split('\n')) {
    const section = /^\[(.*)\]\s*$/.exec(line)?.[1];
    if (section !== undefined) {
      skipped = /^pending$/i.test(section)
        ? 'pending'
        : section.startsWith('special:')
          ? 'special'
          : 'snapshot';
      found.add(skipped);
    }
    if (skipped !== undefined || /^(lock|parent):/.test(line) || /^#(vzdump|qmdump)#/.test(line)) continue;
    const unused = /^unused\d+:\s*(\S+)/.exec(line)?.[1];
    if (unused === undefined) lines.push(line);
    else say(`skip unused drive '${unused}' (not included into backup)`);
  }
  const disks = disksOf(session, vmid)
    .filter(([, , isIncluded]) => isIncluded)
    .map(([slot, volume]) => archivedDisk(session, slot, volume))
    .toSorted((a, b) => (a.slot < b.slot ? -1 : 1));
  const text = lines.join('\n').replace(/\n+$/, '\n');
  const map = disks.map(
    ({ slot, storage, format }) => `#qmdump#map:${slot}:${deviceOf(slot)}:${storage}:${format}:\n`,
  );
  if (found.has('special')) say('special config section found (not included into backup)');
  if (found.has('snapshot')) say('snapshots found (not included into backup)');
  if (found.has('pending')) say('pending configuration changes found (not included into backup)');
  return {
    kind: 'qemu',
    vmid,
    config: text + map.join(''),
    firewall: machine.files.read(`/etc/pve/firewall/${vmid}.fw`),
    disks,
    made: machine.clock(),
  };
}

/** What a slot is called inside an archive. */
export function deviceOf(slot: string): string {
  return slot === 'tpmstate0' ? 'drive-tpmstate0-backup' : `drive-${slot}`;
}

function archivedDisk(session: Session, slot: string, volume: string): ArchivedDisk {
  if (volume.startsWith('/')) die('pvefleet-lab: backing up a device of the node is not modelled');
  const { storage, name } = locate(session.machine, volume);
  const bytes =
    volumeBytes(session.machine, volume) ??
    die(`cannot determine size of volume '${volume}' - volume '${volume}' does not exist`);
  return { slot, bytes, storage: storage.id, format: name.format };
}

async function copy(
  task: Task,
  mode: JobOptions['mode'],
  disks: readonly ArchivedDisk[],
  resumes: boolean,
): Promise<void> {
  const { session, vmid, say, options } = task;
  if (disks.length === 0) {
    say('backup contains no disks\nstarting diskless backup');
    return;
  }
  const { main } = loadVm(session, vmid);
  if (mode === 'stop') {
    say('starting kvm to execute backup task');
    checkStartable(session, loadVm(session, vmid));
    await pause(session, POWER_SECONDS);
  } else {
    sayFreeze(session, main, say);
  }
  say(`starting backup via QMP command\nstarted backup task '${session.machine.random.uuid()}'`);
  if (resumes) say(mode === 'snapshot' ? 'resuming VM again' : 'resuming VM again after 1 seconds');
  if (options.storage !== undefined && session.machine.faults.storageFull(options.storage.id))
    throw new Failure('vma_queue_write: write error - No space left on device\n');
  const bytes = disks.reduce((sum, disk) => sum + disk.bytes, 0);
  const line = (done: number, seconds: number): string => {
    const speed = sizeText(done / Math.max(1, seconds));
    const percent = String(Math.trunc((done * 100) / bytes)).padStart(3);
    return `${percent}% (${sizeText(done)} of ${sizeText(bytes)}) in ${Math.trunc(seconds)}s, read: ${speed}/s, write: 0 B/s`;
  };
  const taken = await moveBytes(session, bytes, 3, (done, seconds) => say(line(done, seconds)));
  const seconds = Math.max(1, taken);
  say(line(bytes, seconds));
  say(`backup is sparse: ${sizeText(bytes, 2)} (100%) total zero data`);
  say(`transferred ${sizeText(bytes, 2)} in ${Math.trunc(seconds)} seconds (${sizeText(bytes / seconds)}/s)`);
  if (mode === 'stop' && !resumes) say('stopping kvm after backup task');
}

function sayFreeze(session: Session, main: ReadonlyMap<string, string>, say: (text: string) => void): void {
  const refusal = freezeRefusal(session, new Map(main));
  say(refusal ?? "issuing guest-agent 'fs-freeze' command\nissuing guest-agent 'fs-thaw' command");
}

/** What was stopped or paused goes on, whether or not the backup was made. */
function resume(
  { session, vmid, say }: Task,
  mode: JobOptions['mode'],
  wasRunning: boolean,
  wasPaused: boolean,
): void {
  if (!wasRunning) return;
  if (mode === 'suspend') {
    say('resume vm');
    if (!wasPaused) setPaused(session.machine, vmid, false);
  } else if (mode === 'stop' && runningPid(session.machine, vmid) === undefined) {
    launch(session.machine, vmid, loadVm(session, vmid).main);
  }
}
