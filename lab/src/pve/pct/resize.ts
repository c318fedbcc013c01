import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { parseSize } from '../formats/values.ts';
import { digestOf, type GuestConfig } from '../guest/config.ts';
import { configText, refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { locate, resizeVolume, volumeBytes } from '../storage/volumes.ts';
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
      const { path } = locate(session.machine, volume);
      session.print(
        isRunning(session.machine, vmid) ? grownOnline(path, bytes) : grownOffline(path, before, bytes),
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

/** How many files and blocks the template fills, which e2fsck counts; the size of the journal is left out of account. */
const USED_FILES = 340;
const USED_BLOCKS = 13563;

const PASSES = [
  'Pass 1: Checking inodes, blocks, and sizes',
  'Pass 2: Checking directory structure',
  'Pass 3: Checking directory connectivity',
  'Pass 4: Checking reference counts',
  'Pass 5: Checking group summary information',
];

function grownOffline(path: string, before: number, bytes: number): string {
  const { blocks, inodes } = mkfsGeometry(before);
  const now = mkfsGeometry(before).blockSize;
  const grown = Math.floor(bytes / now);
  return [
    'e2fsck 1.47.2 (1-Jan-2025)',
    ...PASSES,
    `${path}: ${USED_FILES}/${inodes} files (0.0% non-contiguous), ${USED_BLOCKS}/${blocks} blocks`,
    'resize2fs 1.47.2 (1-Jan-2025)',
    `Resizing the filesystem on ${path} to ${grown} (${now / 1024}k) blocks.`,
    `The filesystem on ${path} is now ${grown} (${now / 1024}k) blocks long.`,
    '',
    '',
  ].join('\n');
}

/** From resize2fs(8): the recording's own attempt failed for want of a privilege. */
function grownOnline(path: string, bytes: number): string {
  return (
    `resize2fs 1.47.2 (1-Jan-2025)\nFilesystem at ${path} is mounted on /tmp; on-line resizing required\nold_desc_blocks = 1, new_desc_blocks = 1\n` +
    `The filesystem on ${path} is now ${Math.floor(bytes / 4096)} (4k) blocks long.\n\n`
  );
}
