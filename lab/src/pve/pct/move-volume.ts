import type { Parameters } from '../cli/getopt.ts';
import { die, Failure, failureText, refuseParameters } from '../failure.ts';
import { digestOf } from '../guest/config.ts';
import { configText, refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { addUnused } from '../qm/unused.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { usableStorage } from '../storage/config.ts';
import { makeBase } from '../storage/base-volumes.ts';
import { free } from '../storage/volumes.ts';
import { copyVolume } from './copy-volume.ts';
import { reassignVolume } from './reassign.ts';
import { isRunning } from './run-state.ts';
import { loadCt, saveCt } from './store.ts';
import { isInSnapshot, parseMount, printMount, type MountPoint } from './volume.ts';

/** `pct move-volume`: to another storage, or to another container. Throws Failure for what is refused before the task. */
export async function moveVolume(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const { vmid = '', storage, 'target-vmid': target } = parameters;
  if (storage !== undefined && target !== undefined) die('either set storage or target-vmid, but not both');
  if (target !== undefined) return reassignVolume(session, parameters, target);
  if (storage === undefined) {
    const error = "both 'storage' and 'target-vmid' missing, either needs to be set";
    refuseParameters({ 'target-vmid': error, storage: error });
  }
  const mount = await lockForMove(session, parameters);
  return runTask(session, 'move_volume', vmid, async () => {
    try {
      await copyAway(session, parameters, mount, storage);
    } finally {
      const config = loadCt(session, vmid);
      config.main.delete('lock');
      saveCt(session, vmid, config);
    }
  });
}

async function lockForMove(
  session: Session,
  { vmid = '', volume: name = '', digest, delete: deletes }: Parameters,
): Promise<MountPoint> {
  return withGuestLock(session, 'lxc', vmid, 10, () => {
    const config = loadCt(session, vmid);
    refuseLocked('lxc', config);
    if (isRunning(session.machine, vmid)) die('cannot move volumes of a running container');
    if (name.startsWith('unused'))
      die(`cannot move volume '${name}', only configured volumes can be moved to another storage`);
    const mount = parseMount(name, config.main.get(name) ?? '');
    if (deletes === '1' && isInSnapshot(config, mount['volume'] ?? ''))
      die("you can't move a volume with snapshots and delete the source");
    if (digest !== undefined && digest !== digestOf(configText(session.machine, 'lxc', vmid)))
      die('detected modified configuration - file changed by other user? Try again.');
    config.main.set('lock', 'disk');
    saveCt(session, vmid, config);
    return mount;
  });
}

async function copyAway(
  session: Session,
  { vmid = '', volume: name = '', delete: deletes }: Parameters,
  mount: MountPoint,
  storage: string,
): Promise<void> {
  const old = mount['volume'] ?? '';
  const made: string[] = [];
  try {
    usableStorage(session.machine, storage);
    mount['volume'] = await copyVolume(session, vmid, name, mount, storage, made);
    const isTemplate = loadCt(session, vmid).main.get('template') === '1';
    if (isTemplate) mount['volume'] = makeBase(session.machine, mount['volume']);
    await withGuestLock(session, 'lxc', vmid, 10, () => {
      const config = loadCt(session, vmid);
      config.main.set(name, printMount(name, mount));
      if (deletes !== '1') addUnused(config.main, old);
      saveCt(session, vmid, config);
    });
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    for (const volume of made) await free(session, volume);
    throw thrown;
  }
  if (deletes === '1') await free(session, old).catch((error: unknown) => session.warn(failureText(error)));
}
