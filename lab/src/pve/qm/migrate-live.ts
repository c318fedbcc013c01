import type { Section } from '../guest/config.ts';
import { die, Failure } from '../failure.ts';
import type { Migration } from '../guest/migration.ts';
import { passMiddle, runTask } from '../session.ts';
import { storageOf } from '../storage/config.ts';
import { mirrors } from '../storage/mirror.ts';
import { moveBytes, sizeText } from '../storage/progress.ts';
import { allocate, locate, volumeBytes } from '../storage/volumes.ts';
import { copyFormat } from '../storage/copy.ts';
import { memoryOf } from './memory.ts';
import { parseDrive, printDrive } from './drive.ts';
import type { LocalVolume } from './migrate-volumes.ts';

/** A disk that the VM has on the other node now. */
export interface LiveDisk {
  readonly slot: string;
  readonly drive: string;
}

/** What of its memory an idle VM sends, as recorded: 3 MiB of 64. */
const SENT_SHARE = 3 / 64;

/** Moves a running VM's memory, and its local disks, to the other node (PVE/QemuMigrate.pm, phase 2). Throws Failure. */
export async function migrateLive(
  migration: Migration,
  section: Section,
  locals: readonly LocalVolume[],
  made: LiveDisk[],
): Promise<void> {
  const { session, vmid, target, log } = migration;
  const { print } = session;
  log(`starting VM ${vmid} on remote node '${target.name}'`);
  const jobs = mirrors(session);
  const disks = locals.filter(({ isLive }) => isLive);
  await startThere(migration, async () => {
    for (const disk of disks) made.push(await allocateThere(migration, section, disk));
  });
  passMiddle(session, 'qmigrate', vmid);
  refuseLost(migration);
  log('start remote tunnel\nssh tunnel ver 1');
  if (disks.length > 0) {
    log('starting storage migration');
    for (const { slot = '', volume } of disks) {
      log(
        `${slot}: start migration to nbd:unix:/run/qemu-server/${vmid}_nbd.migrate:exportname=drive-${slot}`,
      );
      await jobs.follow(slot, volumeBytes(session.machine, volume) ?? 0);
      refuseLost(migration);
    }
    log('switching mirror jobs to actively synced mode');
    for (const { slot } of disks)
      print(
        `mirror-${slot}: switching to actively synced mode\nmirror-${slot}: successfully switched to actively synced mode\n`,
      );
  }
  await sendMemory(migration, section);
  if (disks.length === 0) return;
  print("all 'mirror' jobs are ready\n");
  jobs.complete();
}

/** The other node starts the VM, waiting for its memory, as a task of its own. Throws what `work` throws. */
async function startThere({ remote, vmid }: Migration, work: () => Promise<void>): Promise<void> {
  let refusal: unknown;
  const quiet = { ...remote, print: () => undefined, writeError: () => undefined };
  const { failed } = await runTask(quiet, 'qmstart', vmid, async () => {
    try {
      await work();
    } catch (thrown) {
      refusal = thrown;
      throw thrown;
    }
  });
  if (failed) throw refusal ?? new Failure(`migration aborted: VM ${vmid} was not started there\n`);
}

/** The starting VM on the other node makes the disks; its drive lines come back, with the format in them. */
async function allocateThere(
  { session, remote, storageFor, moved, log }: Migration,
  section: Section,
  { volume, slot = '' }: LocalVolume,
): Promise<LiveDisk> {
  const { storage, name } = locate(session.machine, volume);
  const there = storageOf(remote.machine, storageFor(storage.id));
  const quiet = { ...remote, print: () => undefined, warn: () => undefined };
  const format = copyFormat(quiet, there.id, name.format);
  const copy = await allocate(quiet, {
    storage: there.id,
    vmid: name.owner ?? '',
    format,
    kib: (volumeBytes(session.machine, volume) ?? 0) / 1024,
  });
  moved.set(volume, copy);
  log(`volume '${volume}' is '${copy}' on the target`);
  const drive = parseDrive(slot, section.get(slot) ?? '') ?? {};
  return { slot, drive: printDrive(slot, { ...drive, file: copy, format }) };
}

function refuseLost({ session, target }: Migration): void {
  if (!session.machine.cluster.isOnline(target.name)) die('mirror: has been cancelled');
}

async function sendMemory(migration: Migration, section: Section): Promise<void> {
  const { session, vmid, log } = migration;
  const bytes = memoryOf(section.get('memory')) * 1024 ** 2;
  const socket = `unix:/run/qemu-server/${vmid}.migrate`;
  const downtime = Math.trunc(Number(section.get('migrate_downtime') ?? 0.1) * 1000);
  log(`starting online/live migration on ${socket}\nset migration capabilities`);
  log(`migration downtime limit: ${downtime} ms`);
  log(`migration cachesize: ${sizeText(2 * 2 ** Math.trunc(Math.log2(Math.trunc(bytes / 10) - 1)))}`);
  log(`set migration parameters\nstart migrate command to ${socket}`);
  const seconds = await moveBytes(session, bytes, 1, (done) => {
    refuseLost(migration);
    log(
      `migration active, transferred ${sizeText(done)} of ${sizeText(bytes)} VM-state, ${sizeText(session.machine.traits.copySpeed * 1024 ** 2)}/s`,
    );
  });
  refuseLost(migration);
  log(`average migration speed: ${sizeText(bytes / Math.max(1, seconds))}/s - downtime 6 ms`);
  const sent = seconds > 1 ? bytes : bytes * SENT_SHARE;
  log(`migration completed, transferred ${sizeText(sent)} VM-state\nmigration status: completed`);
}
