import type { Parameters } from '../cli/getopt.ts';
import { die, failureText } from '../failure.ts';
import { freeUnreferenced } from '../guest/unreferenced.ts';
import { isHaResource } from '../guest/references.ts';
import { refuseLocked, refuseProtected } from '../guest/store.ts';
import { forgetGuest } from '../guest/forget.ts';
import { emptyConfig, type GuestConfig, type Section } from '../guest/config.ts';
import { withGuestLock } from '../locks.ts';
import { logWarning, runTask, type Session, type TaskEnd } from '../session.ts';
import { isBaseInUse } from '../storage/base-volumes.ts';
import { free } from '../storage/volumes.ts';
import { DRIVE_NAMES, isCdrom, parseDrive } from './drive.ts';
import { runningPid } from './run-state.ts';
import { loadVm, saveVm } from './store.ts';
import { ownsVolume } from './unused.ts';

/** `qm destroy`. Throws Failure for what is refused before the task. */
export async function destroyVm(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const { vmid = '', purge, skiplock } = parameters;
  check(session, vmid, purge === '1');
  return runTask(session, 'qmdestroy', vmid, () =>
    withGuestLock(session, 'qemu', vmid, 10, async () => {
      check(session, vmid, purge === '1');
      const config = loadVm(session, vmid);
      if (skiplock !== '1' && config.main.get('lock') !== 'suspended') refuseLocked('qemu', config);
      if (config.main.get('template') === '1') refuseUsedBases(session, config.main);
      const done = new Set<string>();
      for (const section of [config.main, config.pending]) await freeVolumes(session, vmid, section, done);
      await freeStates(session, vmid, config);
      if (parameters['destroy-unreferenced-disks'] === '1') await freeUnreferenced(session, vmid);
      const zombie = emptyConfig();
      zombie.main.set('lock', 'destroyed');
      saveVm(session, vmid, zombie);
      forgetGuest(session, 'qemu', vmid, purge === '1');
    }),
  );
}

function check(session: Session, vmid: string, purge: boolean): void {
  refuseProtected(loadVm(session, vmid), `can't remove VM ${vmid}`);
  if (!purge && isHaResource(session.machine, `vm:${vmid}`))
    die(`unable to remove VM ${vmid} - used in HA resources and purge parameter not set.`);
  if (runningPid(session.machine, vmid) !== undefined) die(`VM ${vmid} is running - destroy failed`);
}

function refuseUsedBases(session: Session, section: Section): void {
  for (const name of DRIVE_NAMES) {
    const drive = parseDrive(name, section.get(name) ?? '');
    const volume = drive?.['file'] ?? '';
    if (
      drive !== undefined &&
      !isCdrom(drive) &&
      !volume.startsWith('/') &&
      isBaseInUse(session.machine, volume)
    ) {
      die(`base volume '${volume}' is still in use by linked cloned`);
    }
  }
}

/** What the VM's memory was saved to, by snapshots and by itself. */
async function freeStates(session: Session, vmid: string, config: GuestConfig): Promise<void> {
  for (const section of [config.main, ...config.snapshots.values()]) {
    const state = section.get('vmstate');
    if (state !== undefined && ownsVolume(session, vmid, state)) await free(session, state);
  }
}

async function freeVolumes(
  session: Session,
  vmid: string,
  section: Section,
  done: Set<string>,
): Promise<void> {
  const unused = [...section.keys()].filter((name) => /^unused\d+$/.test(name)).toSorted();
  for (const name of [...DRIVE_NAMES, ...unused]) {
    const text = section.get(name);
    const drive =
      text === undefined ? undefined : name.startsWith('unused') ? { file: text } : parseDrive(name, text);
    const volume = drive?.['file'] ?? '';
    if (
      drive === undefined ||
      isCdrom(drive, true) ||
      volume === '' ||
      volume.startsWith('/') ||
      done.has(volume)
    )
      continue;
    try {
      if (!ownsVolume(session, vmid, volume)) continue;
      done.add(volume);
      await free(session, volume);
    } catch (thrown) {
      logWarning(
        session,
        `Could not remove disk '${volume}', check manually: ${failureText(thrown)}`.trimEnd(),
      );
    }
  }
}
