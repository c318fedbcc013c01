import type { Parameters } from '../cli/getopt.ts';
import { isHaManaged } from '../cluster/ha.ts';
import { die, Failure } from '../failure.ts';
import { refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { free } from '../storage/volumes.ts';
import { land, requiredPid, setPaused } from './run-state.ts';
import { STATE_OPTIONS, startLocked } from './start.ts';
import { loadVm, saveVm } from './store.ts';
import { prepareState, writeState } from './vmstate.ts';

/** `qm suspend`: pauses a VM, or with `--todisk` writes its memory to a storage and stops it. Throws Failure. */
export async function suspendVm(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const { vmid = '', skiplock, todisk, statestorage } = parameters;
  if (requiredPid(session, vmid) === undefined) die(`VM ${vmid} not running`);
  if (todisk !== '1') {
    return runTask(session, 'qmpause', vmid, () =>
      withGuestLock(session, 'qemu', vmid, 10, () => {
        const { main } = loadVm(session, vmid);
        if (skiplock !== '1' && main.get('lock') !== 'backup') refuseLocked('qemu', loadVm(session, vmid));
        setPaused(session.machine, vmid, true);
      }),
    );
  }
  if (isHaManaged(session.machine, `vm:${vmid}`)) die('Cannot suspend HA managed VM to disk');
  if ([...loadVm(session, vmid).main.keys()].some((name) => /^hostpci\d+$/.test(name))) {
    die(
      'cannot suspend VM to disk due to passed-through PCI device(s), which lack the possibility to save/restore their internal state',
    );
  }
  return runTask(session, 'qmsuspend', vmid, () => hibernate(session, vmid, skiplock === '1', statestorage));
}

async function hibernate(
  session: Session,
  vmid: string,
  skipLock: boolean,
  storage: string | undefined,
): Promise<void> {
  const state = await withGuestLock(session, 'qemu', vmid, 10, async () => {
    const config = loadVm(session, vmid);
    if (config.main.get('lock') === 'backup') die('cannot suspend to disk during backup');
    if (!skipLock) refuseLocked('qemu', config);
    const date = new Date(session.machine.clock() * 1000).toISOString().slice(0, 10);
    const made = await prepareState(session, vmid, config.main, `suspend-${date}`, storage);
    config.main.set('lock', 'suspending');
    for (const [name, value] of made) config.main.set(name, value);
    saveVm(session, vmid, config);
    return made;
  });
  try {
    await writeState(session, state, loadVm(session, vmid).main.get('memory'));
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    await free(session, state.get('vmstate') ?? '');
    const config = loadVm(session, vmid);
    for (const name of STATE_OPTIONS) config.main.delete(name);
    saveVm(session, vmid, config);
    throw thrown;
  }
  session.print('State saved, quitting\n');
  await withGuestLock(session, 'qemu', vmid, 10, () => {
    const config = loadVm(session, vmid);
    if (config.main.get('lock') !== 'suspending') die('lock changed unexpectedly');
    config.main.set('lock', 'suspended');
    land(session.machine, vmid);
    saveVm(session, vmid, config);
  });
}

/** `qm resume`: of a paused VM, or of one whose memory is on disk. Throws Failure. */
export async function resumeVm(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const { vmid = '', skiplock } = parameters;
  const isOnDisk =
    requiredPid(session, vmid) === undefined && loadVm(session, vmid).main.get('lock') === 'suspended';
  if (!isOnDisk && requiredPid(session, vmid) === undefined) die(`VM ${vmid} not running`);
  return runTask(session, 'qmresume', vmid, async () => {
    if (isOnDisk) {
      await startLocked(session, vmid, skiplock === '1');
      return;
    }
    await withGuestLock(session, 'qemu', vmid, 10, () => {
      const config = loadVm(session, vmid);
      if (skiplock !== '1' && config.main.get('lock') !== 'backup') refuseLocked('qemu', config);
      setPaused(session.machine, vmid, false);
    });
  });
}
