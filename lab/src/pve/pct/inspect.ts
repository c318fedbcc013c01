import { attempt, die } from '../failure.ts';
import type { Parameters } from '../cli/getopt.ts';
import type { GuestConfig } from '../guest/config.ts';
import { refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import type { Session } from '../session.ts';
import { activateVolumes } from '../storage/activate-volumes.ts';
import { locate, volumeBytes } from '../storage/volumes.ts';
import { fillOf, type Fill } from './ext4.ts';
import { filesystemBytes } from './filesystem-size.ts';
import { mountAll } from './mount.ts';
import { isRunning } from './run-state.ts';
import { loadCt, saveCt } from './store.ts';
import { isMountName, isVolume, parseMount, type MountPoint } from './volume.ts';

interface Mounted {
  readonly name: string;
  readonly mount: MountPoint;
  readonly volume: string;
  readonly path: string;
}

/** A container's mount points as PVE goes through them, the root first. */
function mountedOf({ main }: GuestConfig): readonly Mounted[] {
  return [...main]
    .filter(([name]) => isMountName(name))
    .map(([name, value]) => {
      const mount = parseMount(name, value);
      const path = name === 'rootfs' ? '/' : (mount['mp'] ?? '');
      return { name, mount, volume: mount['volume'] ?? '', path };
    })
    .toSorted((a, b) => order(a.name) - order(b.name));
}

const order = (name: string): number => (name === 'rootfs' ? -1 : Number(name.slice(2)));

function fillOfMount(session: Session, { name, mount, volume }: Mounted): Fill {
  if (!isVolume(mount)) die('pvefleet-lab: how full a directory of the node is is not modelled');
  const bytes = volumeBytes(session.machine, volume) ?? 0;
  return fillOf(filesystemBytes(session.machine, volume, bytes), name === 'rootfs' ? 'system' : 'nothing');
}

/** Does something while a container's volumes are mounted on the node under a lock. Throws Failure; the lock stays when mounting fails. */
function whileMounted<T>(session: Session, vmid: string, lock: string, act: () => T): T {
  mountAll(session, vmid, lock);
  try {
    return act();
  } finally {
    const config = loadCt(session, vmid);
    config.main.delete('lock');
    saveCt(session, vmid, config);
  }
}

/** `pct df`. Throws Failure. */
export function showUsage(session: Session, { vmid = '' }: Parameters): Promise<void> {
  const table = (): string => usageTable(session, loadCt(session, vmid));
  return withGuestLock(session, 'lxc', vmid, 10, () => {
    const text = isRunning(session.machine, vmid) ? table() : whileMounted(session, vmid, 'mounted', table);
    session.print(text);
  });
}

function usageTable(session: Session, config: GuestConfig): string {
  const rows = mountedOf(config).map((mounted) => {
    const { blockSize, blocks, overhead, usedBlocks, free } = fillOfMount(session, mounted);
    const total = blocks - overhead;
    const bytes = [total, usedBlocks, free].map((count) => size(count * blockSize));
    return [
      mounted.name,
      mounted.volume,
      ...bytes,
      ((100 * usedBlocks) / total).toFixed(1),
      mounted.path,
    ] as const;
  });
  const all = [['MP', 'Volume', 'Size', 'Used', 'Avail', 'Use%', 'Path'], ...rows];
  const widths = [0, 1, 2, 3, 4, 5].map((column) =>
    Math.max(...all.map((row) => (row[column] ?? '').length)),
  );
  return all
    .map(
      (row) =>
        `${row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' ')}\n`,
    )
    .join('');
}

/** PVE's own way to write a size, in PVE/CLI/pct.pm. */
function size(bytes: number): string {
  let value = bytes;
  for (const unit of ['', 'K', 'M', 'G']) {
    if (value < 1024) return unit === '' ? String(value) : `${value.toFixed(1)}${unit}`;
    value /= 1024;
  }
  return `${value.toFixed(1)}T`;
}

/** `pct fsck`: the lab's file systems are always clean. Throws Failure. */
export function checkVolume(
  session: Session,
  { vmid = '', device = 'rootfs', force }: Parameters,
): Promise<void> {
  return withGuestLock(session, 'lxc', vmid, 10, () => {
    const config = loadCt(session, vmid);
    const value = config.main.get(device) ?? die(`cannot run command on non-existing mount point ${device}`);
    if (isRunning(session.machine, vmid)) die('cannot run fsck when container is running');
    const mount = parseMount(device, value);
    const volume = mount['volume'] ?? '';
    if (!isVolume(mount)) die(`path '${volume}' does not point to a block device`);
    const { path, name } = locate(session.machine, volume);
    if (name.format !== 'raw') die(`unable to run fsck for '${volume}' (format == ${name.format})`);
    activateVolumes(session, [volume]);
    const fill = fillOfMount(session, { name: device, mount, volume, path: '' });
    const files = `${fill.usedFiles}/${fill.inodes} files`;
    const blocks = `${fill.overhead + fill.usedBlocks}/${fill.blocks} blocks`;
    const found = force === '1' ? `${files} (0.0% non-contiguous), ${blocks}` : `clean, ${files}, ${blocks}`;
    session.print(`fsck from util-linux 2.41.5\n${path}: ${found}\n`);
  });
}

/** `pct fstrim`, in the words of fstrim(8). Throws Failure for a container that is locked. */
export function trimVolumes(session: Session, parameters: Parameters): void {
  const { vmid = '' } = parameters;
  refuseLocked('lxc', loadCt(session, vmid));
  const failed = attempt(() =>
    whileMounted(session, vmid, 'fstrim', () => {
      for (const mounted of mountedOf(loadCt(session, vmid))) {
        if (!isVolume(mounted.mount) || mounted.mount['ro'] === '1') continue;
        if (parameters['ignore-mountpoints'] === '1' && mounted.name !== 'rootfs') continue;
        const { blockSize, blocks, overhead, usedBlocks } = fillOfMount(session, mounted);
        const bytes = (blocks - overhead - usedBlocks) * blockSize;
        session.print(
          `/var/lib/lxc/${vmid}/rootfs${mounted.path}: ${binarySize(bytes)} (${bytes} bytes) trimmed\n`,
        );
      }
    }),
  );
  if (failed !== undefined) session.warn(failed);
}

/** `973.4 MiB`: one digit behind the point, none where it is 0 (size_to_human_string of util-linux). */
function binarySize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const unit = Math.min(4, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** unit).toFixed(1))} ${units[unit]}`;
}
