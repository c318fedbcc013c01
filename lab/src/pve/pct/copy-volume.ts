import { die } from '../failure.ts';
import type { Session } from '../session.ts';
import { moveBytes } from '../storage/progress.ts';
import { volumeBytes } from '../storage/volumes.ts';
import { makeVolume, type MountPoint } from './volume.ts';

/**
 * Makes a container's own copy of a volume on a storage: a new file system, filled by rsync. Sets the mount point's size to what the
 * source has; the copy is added to `made` as soon as it exists. Returns its ID. Throws Failure.
 */
export async function copyVolume(
  session: Session,
  vmid: string,
  name: string,
  mount: MountPoint,
  storage: string,
  made: string[],
): Promise<string> {
  const source = mount['volume'] ?? '';
  if (source.startsWith('/')) die('cannot copy volumes of type bind');
  const bytes = volumeBytes(session.machine, source) ?? die(`volume '${source}' does not exist`);
  mount['size'] = String(bytes);
  const { volume } = await makeVolume(session, vmid, storage, bytes / 1024);
  made.push(volume);
  await moveBytes(session, bytes, Infinity, () => undefined);
  session.print(rsyncStatistics(name === 'rootfs' ? ROOT : EMPTY));
  return volume;
}

interface Tree {
  readonly files: string;
  readonly created: string;
  readonly regular: number;
  readonly bytes: number;
  readonly transferred: number;
  readonly sent: number;
  readonly received: number;
}

/** The lab's containers hold what its template does, and their mount points nothing. */
const ROOT: Tree = {
  files: '330 (reg: 18, dir: 32, link: 280)',
  created: '328 (reg: 18, dir: 30, link: 280)',
  regular: 18,
  bytes: 2_031_583,
  transferred: 2_029_560,
  sent: 2_039_448,
  received: 1333,
};
const EMPTY: Tree = {
  files: '2 (dir: 2)',
  created: '0',
  regular: 0,
  bytes: 0,
  transferred: 0,
  sent: 93,
  received: 23,
};

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

/** What `rsync --stats` says at its end. */
function rsyncStatistics({ files, created, regular, bytes, transferred, sent, received }: Tree): string {
  const rate = ((sent + received) * 2).toLocaleString('en-US', { minimumFractionDigits: 2 });
  const speedup = sent === 0 ? 0 : bytes / (sent + received);
  return [
    '',
    `Number of files: ${files}`,
    `Number of created files: ${created}`,
    'Number of deleted files: 0',
    `Number of regular files transferred: ${regular}`,
    `Total file size: ${grouped(bytes)} bytes`,
    `Total transferred file size: ${grouped(transferred)} bytes`,
    `Literal data: ${grouped(transferred)} bytes`,
    'Matched data: 0 bytes',
    'File list size: 0',
    'File list generation time: 0.001 seconds',
    'File list transfer time: 0.000 seconds',
    `Total bytes sent: ${grouped(sent)}`,
    `Total bytes received: ${grouped(received)}`,
    '',
    `sent ${grouped(sent)} bytes  received ${grouped(received)} bytes  ${rate} bytes/sec`,
    `total size is ${grouped(bytes)}  speedup is ${speedup.toFixed(2)}`,
    '',
  ].join('\n');
}
