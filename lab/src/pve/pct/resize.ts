import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { parseSize } from '../formats/values.ts';
import { digestOf, type GuestConfig } from '../guest/config.ts';
import { configText, refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { resizeVolume } from '../storage/resize.ts';
import { locate, volumeBytes } from '../storage/volumes.ts';
import { fillOf } from './ext4.ts';
import { catchUp, filesystemBytes, leaveBehind } from './filesystem-size.ts';
import { mkfsGeometry } from './mkfs.ts';
import { isRunning } from './run-state.ts';
import { loadCt, saveCt } from './store.ts';
import { parseMount, printMount, type MountPoint } from './volume.ts';

interface Target {
  readonly config: GuestConfig;
  readonly mount: MountPoint;
  readonly volume: string;
  readonly before: number;
  readonly bytes: number;
}

/** `pct resize`. Throws Failure for what is refused before the task. */
export async function resizeMount(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const { vmid = '', disk = '' } = parameters;
  loadChecked(session, parameters);
  return runTask(session, 'resize', vmid, () =>
    withGuestLock(session, 'lxc', vmid, 10, async () => {
      const { config, mount, volume, before, bytes } = loadChecked(session, parameters);
      await resizeVolume(session, volume, bytes);
      mount['size'] = String(bytes);
      config.main.set(disk, printMount(disk, mount));
      saveCt(session, vmid, config);
      session.print(
        isRunning(session.machine, vmid)
          ? growOnline(session, volume, before, bytes)
          : growOffline(session, volume, before, bytes),
      );
    }),
  );
}

function loadChecked(session: Session, { vmid = '', disk = '', size = '', digest }: Parameters): Target {
  const config = loadCt(session, vmid);
  refuseLocked('lxc', config);
  if (digest !== undefined && digest !== digestOf(configText(session.machine, 'lxc', vmid))) {
    die('detected modified configuration - file changed by other user? Try again.');
  }
  const mount = parseMount(disk, config.main.get(disk) ?? '');
  const volume = mount['volume'] ?? '';
  const { owner } = locate(session.machine, volume).name;
  if (owner !== vmid) die(`can't resize mount point owned by another container (${owner})`);
  const before =
    volumeBytes(session.machine, volume) ?? die(`Could not determine current size of volume '${volume}'`);
  const bytes =
    (size.startsWith('+') ? before : 0) + (parseSize(size.replace(/^\+/, '')) ?? die('invalid size string'));
  if (bytes < before) die('unable to shrink disk size');
  if (bytes === before) die('disk is already at specified size');
  return { config, mount, volume, before, bytes };
}

const PASSES = [
  'Pass 1: Checking inodes, blocks, and sizes',
  'Pass 2: Checking directory structure',
  'Pass 3: Checking directory connectivity',
  'Pass 4: Checking reference counts',
  'Pass 5: Checking group summary information',
];

function growOffline({ machine }: Session, volume: string, before: number, bytes: number): string {
  const { path } = locate(machine, volume);
  const { blockSize, blocks, inodes, overhead, usedFiles, usedBlocks } = fillOf(
    filesystemBytes(machine, volume, before),
    'system',
  );
  catchUp(machine, volume);
  const grown = `${Math.floor(bytes / blockSize)} (${blockSize / 1024}k) blocks`;
  return [
    'e2fsck 1.47.2 (1-Jan-2025)',
    ...PASSES,
    `${path}: ${usedFiles}/${inodes} files (0.0% non-contiguous), ${overhead + usedBlocks}/${blocks} blocks`,
    'resize2fs 1.47.2 (1-Jan-2025)',
    `Resizing the filesystem on ${path} to ${grown}.`,
    `The filesystem on ${path} is now ${grown} long.`,
    '',
    '',
  ].join('\n');
}

/** From resize2fs(8): the recording's own attempt failed for want of a privilege. */
function growOnline({ machine }: Session, volume: string, before: number, bytes: number): string {
  const { path, storage } = locate(machine, volume);
  const device = storage.options['path'] === undefined ? path : '/dev/loop0';
  const { blockSize } = mkfsGeometry(before);
  const mounted = `Filesystem at ${device} is mounted on /tmp; on-line resizing required\nold_desc_blocks = 1, new_desc_blocks = 1\n`;
  if (machine.traits.confined) {
    leaveBehind(machine, volume, before);
    return `resize2fs 1.47.2 (1-Jan-2025)\nresize2fs: Permission denied to resize filesystem\n${mounted}Failed to update the container's filesystem: command 'unshare -m -- sh -c 'mount --make-rprivate / && mount ${device} /tmp && resize2fs ${device}'' failed: exit code 1\n\n`;
  }
  catchUp(machine, volume);
  return `resize2fs 1.47.2 (1-Jan-2025)\n${mounted}The filesystem on ${device} is now ${Math.floor(bytes / blockSize)} (${blockSize / 1024}k) blocks long.\n\n`;
}
