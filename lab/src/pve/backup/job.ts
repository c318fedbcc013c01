import { die, Failure } from '../failure.ts';
import type { GuestConfig, GuestKind } from '../guest/config.ts';
import { refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import type { Session } from '../session.ts';
import type { StorageSection } from '../storage/config.ts';
import type { Archive } from './archive.ts';
import { writeArchive } from './archive.ts';
import { markBackups, removeMarked, type Retention } from './prune.ts';

/** What a backup job was told. */
export interface JobOptions {
  readonly mode: 'snapshot' | 'suspend' | 'stop';
  readonly compress: string;
  readonly folder: string;
  /** Undefined with `--dumpdir`. */
  readonly storage: StorageSection | undefined;
  readonly notes: string | undefined;
  readonly protects: boolean;
  /** Undefined: everything is kept. */
  readonly retention: Retention | undefined;
  readonly ionice: string;
  readonly bandwidth: string | undefined;
  readonly quiet: boolean;
}

/** One guest's backup while it runs. */
export interface Task {
  readonly session: Session;
  readonly vmid: string;
  readonly options: JobOptions;
  /** A line of the job's output and of the backup's log. */
  readonly say: (text: string) => void;
  /** Where the archive will lie. */
  readonly path: string;
  /** To be done once the guest is unlocked, whether or not the backup was made: it starts again, its snapshot goes. */
  readonly later: (act: () => void) => void;
}

/** What VMs and containers do in a backup (PVE::VZDump::Plugin). */
export interface BackupKind {
  readonly kind: GuestKind;
  readonly extension: 'vma' | 'tar';
  readonly isRunning: (session: Session, vmid: string) => boolean;
  readonly load: (session: Session, vmid: string) => GuestConfig;
  readonly save: (session: Session, vmid: string, config: GuestConfig) => void;
  /** `{{guestname}}` of the notes. */
  readonly guestName: (session: Session, vmid: string) => string;
  /** Makes the archive, saying the mode and all that follows. Returns it with its size. Throws Failure. */
  readonly back: (
    task: Task,
    mode: JobOptions['mode'],
    announce: (mode: JobOptions['mode']) => void,
  ) => Promise<{ readonly archive: Archive; readonly bytes: number }>;
}

function lock({ kind, load, save }: BackupKind, session: Session, vmid: string): Promise<void> {
  return withGuestLock(session, kind, vmid, 10, () => {
    const config = load(session, vmid);
    refuseLocked(kind, config);
    config.main.set('lock', 'backup');
    save(session, vmid, config);
  });
}

function unlock({ load, save }: BackupKind, session: Session, vmid: string): void {
  const config = load(session, vmid);
  config.main.delete('lock');
  save(session, vmid, config);
}

function stamp(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** `00:01:05`. */
export function clockTime(seconds: number): string {
  return [seconds / 3600, (seconds / 60) % 60, seconds % 60]
    .map((part) => String(Math.trunc(part)).padStart(2, '0'))
    .join(':');
}

/** `35KB`, as vzdump says sizes. */
function shortSize(bytes: number): string {
  const units = ['KB', 'MB', 'GB', 'TB'];
  let size = bytes / 1024;
  let index = 0;
  while (size >= 1024 && index < units.length - 1) {
    size /= 1024;
    index += 1;
  }
  return `${index < 2 ? Math.trunc(size) : size.toFixed(2)}${units[index]}`;
}

const EXTENSIONS: Readonly<Record<string, string>> = { gzip: '.gz', '1': '.lzo', lzo: '.lzo', zstd: '.zst' };

/** Backs up one guest (exec_backup_task); `kind` is undefined for an ID that no guest has. False if it failed. */
export async function backUpGuest(
  session: Session,
  vmid: string,
  kind: BackupKind | undefined,
  options: JobOptions,
): Promise<boolean> {
  const { machine } = session;
  const started = machine.clock();
  const log: string[] = [];
  const print = (level: string, text: string): void => {
    if (!options.quiet) session.print(`${level}: ${text}\n`);
  };
  const note = (level: string, text: string): void => {
    print(level, text);
    log.push(`${stamp(machine.clock())} ${level}: ${text}\n`);
  };
  const say = (text: string): void => text.split('\n').forEach((line) => note('INFO', line));
  const stem = `vzdump-${kind?.kind ?? ''}-${vmid}-${fileStamp(started)}`;
  let error: string | undefined;
  try {
    if (kind === undefined) die(`unable to find VM '${vmid}'`);
    const path = `${options.folder}/${stem}.${kind.extension}${EXTENSIONS[options.compress] ?? ''}`;
    const after: (() => void)[] = [];
    const task = { session, vmid, options, say, path, later: (act: () => void) => void after.push(act) };
    try {
      await backUp(task, kind, (text) => print('INFO', text));
    } finally {
      after.forEach((act) => act());
    }
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    error = thrown.text.replace(/\n$/, '');
  }
  if (error === undefined) {
    note('INFO', `Finished Backup of VM ${vmid} (${clockTime(machine.clock() - started)})`);
    print('INFO', `Backup finished at ${stamp(machine.clock())}`);
  } else {
    note('ERROR', `Backup of VM ${vmid} failed - ${error}`);
    print('INFO', `Failed at ${stamp(machine.clock())}`);
  }
  if (kind !== undefined) machine.files.write(`${options.folder}/${stem}.log`, log.join(''), 0o644);
  if (error === 'interrupted by signal') die(error);
  return error === undefined;
}

function fileStamp(seconds: number): string {
  return stamp(seconds).replaceAll('-', '_').replace(' ', '-').replaceAll(':', '_');
}

async function backUp(task: Task, kind: BackupKind, print: (text: string) => void): Promise<void> {
  const { session, vmid, options, say, path } = task;
  const { machine } = session;
  if (kind.kind === 'lxc' && machine.traits.fileSystem !== 'ext4')
    print(
      `filesystem type on dumpdir is '${machine.traits.fileSystem}' -using /var/tmp/vzdumptmp${machine.clock() % 10000}_${vmid} for temporary files`,
    );
  say(`Starting Backup of VM ${vmid} (${kind.kind})`);
  print(`Backup started at ${stamp(machine.clock())}`);
  const isRunning = kind.isRunning(session, vmid);
  say(`status = ${isRunning ? 'running' : 'stopped'}`);
  await lock(kind, session, vmid);
  try {
    const announce = (mode: JobOptions['mode']): void => {
      say(`backup mode: ${mode}`);
      if (options.bandwidth !== undefined) say(`bandwidth limit: ${options.bandwidth} KiB/s`);
      say(`ionice priority: ${options.ionice}`);
    };
    const { archive, bytes } = await kind.back(task, isRunning ? options.mode : 'stop', announce);
    writeArchive(machine, path, archive, bytes);
    say(`archive file size: ${shortSize(bytes)}`);
    decorate(task, kind);
    prune(task, kind);
  } finally {
    unlock(kind, session, vmid);
  }
}

/** Notes and protection, which only a storage has. */
function decorate({ session, vmid, options, say, path }: Task, kind: BackupKind): void {
  const { machine } = session;
  if (options.storage === undefined) return;
  if (options.notes !== undefined && options.notes !== '') {
    say('adding notes to backup');
    const values: Readonly<Record<string, string>> = {
      cluster: machine.cluster.name ?? 'standalone node',
      guestname: kind.guestName(session, vmid),
      node: machine.name,
      vmid,
    };
    const notes = options.notes
      .replace(/\\(.)/g, (_all, char: string) => (char === 'n' ? '\n' : char))
      .replace(/\{\{(cluster|guestname|node|vmid)\}\}/g, (_all, name: string) => values[name] ?? '');
    machine.files.write(`${path}.notes`, notes, 0o644);
  }
  if (!options.protects) return;
  say('marking backup as protected');
  machine.files.write(`${path}.protected`, '', 0o644);
}

function prune({ session, vmid, options, say }: Task, kind: BackupKind): void {
  const { storage, retention } = options;
  if (retention === undefined) return;
  if (storage === undefined) die('pvefleet-lab: pruning a --dumpdir is not modelled');
  const rules = Object.entries(retention)
    .map(([name, count]) => `${name}=${count}`)
    .toSorted();
  say(`prune older backups with retention: ${rules.join(', ')}`);
  const marked = markBackups(session.machine, storage, retention, vmid, kind.kind);
  const removed = removeMarked(session.machine, marked, say);
  say(`pruned ${removed} backup(s)${removed > 0 ? ' not covered by keep-retention policy' : ''}`);
}
