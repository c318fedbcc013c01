import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { allocate, free, locate, volumeBytes } from '../storage/volumes.ts';
import type { Json } from './format.ts';

const KIB: Readonly<Record<string, number>> = { G: 1024 ** 2, M: 1024 };

/** POST .../content: allocates a disk image, and returns its ID. Throws Failure. */
export async function makeVolume(
  session: Session,
  { storage = '', vmid = '', filename = '', size = '', format }: Parameters,
): Promise<Json> {
  const named = /\.(raw|qcow2|vmdk)$/.exec(filename)?.[1];
  if (named !== undefined && format !== undefined && format !== named)
    refuseParameters({ format: `different storage formats (${format} != ${named})` });
  const kib = Number.parseInt(size) * (KIB[size.slice(-1)] ?? 1);
  return allocate(session, { storage, vmid, format: named ?? format, name: filename, kib });
}

/** A volume's ID, of which the path may say the storage only. Throws Failure. */
function idOf({ storage, volume = '' }: Parameters): string {
  const given = /^([^:]+):/.exec(volume)?.[1];
  if (given === undefined && storage === undefined)
    refuseParameters({ volume: 'no storage specified - incomplete volume ID' });
  if (given !== undefined && storage !== undefined && given !== storage)
    refuseParameters({ storage: 'storage ID missmatch' });
  return given === undefined ? `${storage}:${volume}` : volume;
}

/** GET .../content/{volume}. Throws Failure. */
export function volumeData(session: Session, given: Parameters): Json {
  const volume = idOf(given);
  const { name, path } = locate(session.machine, volume);
  const size = volumeBytes(session.machine, volume);
  if (size === undefined) die(`volume_size_info on '${volume}' failed - no format`);
  const { files, volumes } = session.machine;
  const notes = files.read(`${path}.notes`)?.replace(/\n$/, '');
  return {
    path,
    size,
    used: volumes.size(path) ?? 0,
    format: name.format ?? 'raw',
    ...(name.type === 'backup' && notes !== undefined ? { notes } : {}),
    ...(name.type === 'backup' && files.exists(`${path}.protected`) ? { protected: 1 } : {}),
  };
}

/** DELETE .../content/{volume}. Throws Failure for a name that is none; all else is the task's. */
export async function removeVolume(session: Session, given: Parameters): Promise<TaskEnd> {
  const volume = idOf(given);
  const { owner } = locate(session.machine, volume).name;
  const id = `${owner === undefined ? '' : `${owner}@`}${volume.split(':')[0]}`;
  return runTask(session, 'imgdel', id, async () => {
    await free(session, volume);
    session.print(`Removed volume '${volume}'\n`);
  });
}
