import type { Locks, Machine } from '../machine.ts';
import { die } from './failure.ts';
import type { Session } from './session.ts';

/** The lock file of a guest's config (PVE/QemuConfig.pm, PVE/LXC/Config.pm). */
export function guestLockFile(kind: 'qemu' | 'lxc', vmid: string): string {
  return kind === 'qemu'
    ? `/var/lock/qemu-server/lock-${vmid}.conf`
    : `/run/lock/lxc/pve-config-${vmid}.lock`;
}

/**
 * Runs while holding a guest's config lock, waiting up to `seconds` for it, and says so as PVE::Tools::lock_file_full does.
 * Throws Failure at the time-out.
 */
export async function withGuestLock<T>(
  session: Session,
  kind: 'qemu' | 'lxc',
  vmid: string,
  seconds: number,
  act: () => Promise<T> | T,
): Promise<T> {
  return withLockOf('take', session, kind, vmid, seconds, act);
}

/** The same while others share it (lock_config_shared): a guest that is only read. */
export async function withSharedGuestLock<T>(
  session: Session,
  kind: 'qemu' | 'lxc',
  vmid: string,
  seconds: number,
  act: () => Promise<T> | T,
): Promise<T> {
  return withLockOf('share', session, kind, vmid, seconds, act);
}

async function withLockOf<T>(
  how: keyof Locks,
  session: Session,
  kind: 'qemu' | 'lxc',
  vmid: string,
  seconds: number,
  act: () => Promise<T> | T,
): Promise<T> {
  let release = await takeGuest(how, session, vmid, 0);
  if (release === undefined) {
    session.warn('trying to acquire lock...\n');
    release = await takeGuest(how, session, vmid, seconds);
    if (release === undefined) die(`can't lock file '${guestLockFile(kind, vmid)}' - got timeout`);
    session.warn(' OK\n');
  }
  try {
    return await act();
  } finally {
    release();
  }
}

/** A file of the lab's own: until when a child of QEMU that nobody waits for holds a guest's lock. */
function leftoverFile(vmid: string): string {
  return `/run/pvefleet-lab/${vmid}.locked-until`;
}

/** Lets a child that was left behind hold the guest's lock for so many seconds from now. */
export function leaveLocked({ files, clock }: Machine, vmid: string, seconds: number): void {
  files.write(leftoverFile(vmid), `${clock() + seconds}\n`);
}

const POLL_SECONDS = 0.5;

async function takeGuest(
  how: keyof Locks,
  session: Session,
  vmid: string,
  seconds: number,
): Promise<(() => void) | undefined> {
  const { machine, input } = session;
  const until = Number(machine.files.read(leftoverFile(vmid)) ?? 0);
  const start = machine.clock();
  while (machine.clock() < until) {
    if (machine.clock() - start >= seconds || input.signal.aborted) return undefined;
    await machine.sleep(POLL_SECONDS, input.signal);
  }
  return machine.locks[how](vmid, seconds - (machine.clock() - start), input.signal);
}

/**
 * Runs while holding a storage's lock: cluster-wide for a shared one, else the node's own; PVE waits 10 s (PVE::Storage::Plugin).
 * Throws Failure at the time-out.
 */
export async function withStorageLock<T>(
  session: Session,
  storage: string,
  shared: boolean,
  act: () => Promise<T> | T,
): Promise<T> {
  const locks = shared ? session.machine.cluster.locks : session.machine.locks;
  const name = `storage/${storage}`;
  let release = await locks.take(name, 0, session.input.signal);
  if (release === undefined) {
    if (!shared) session.warn('trying to acquire lock...\n');
    release = await locks.take(name, 10, session.input.signal);
    if (release === undefined) {
      die(
        shared
          ? `error during cfs-locked 'storage-${storage}' operation: got lock request timeout`
          : `can't lock file '/var/lock/pve-manager/pve-storage-${storage}' - got timeout`,
      );
    }
    if (!shared) session.warn(' OK\n');
  }
  try {
    return await act();
  } finally {
    release();
  }
}
