import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import type { GuestConfig } from '../guest/config.ts';
import { refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { makeBase } from '../storage/base-volumes.ts';
import { DRIVE_NAMES, isCdrom, parseDrive, printDrive } from './drive.ts';
import { runningPid } from './run-state.ts';
import { loadVm, saveVm } from './store.ts';

/** `qm template`. Throws Failure for what is refused before the task. */
export async function makeTemplate(session: Session, { vmid = '', disk }: Parameters): Promise<TaskEnd> {
  loadChecked(session, vmid, disk);
  return runTask(session, 'qmtemplate', vmid, () =>
    withGuestLock(session, 'qemu', vmid, 10, () => {
      loadChecked(session, vmid, disk);
      convertToTemplate(session, vmid, disk);
    }),
  );
}

/** Makes a VM a template whose disks, or the one, are bases of linked clones. Throws Failure. */
export function convertToTemplate(session: Session, vmid: string, disk?: string): void {
  const config = loadVm(session, vmid);
  config.main.set('template', '1');
  for (const name of DRIVE_NAMES) {
    const drive = parseDrive(name, config.main.get(name) ?? '');
    const volume = drive?.['file'] ?? '';
    if (
      drive === undefined ||
      isCdrom(drive) ||
      volume.startsWith('/') ||
      (disk !== undefined && disk !== name)
    )
      continue;
    drive['file'] = makeBase(session.machine, volume);
    config.main.set(name, printDrive(name, drive));
  }
  saveVm(session, vmid, config);
}

function loadChecked(session: Session, vmid: string, disk: string | undefined): GuestConfig {
  const config = loadVm(session, vmid);
  refuseLocked('qemu', config);
  if (config.snapshots.size > 0) die('unable to create template, because VM contains snapshots');
  if (config.main.get('template') === '1' && disk === undefined)
    die("you can't convert a template to a template");
  if (runningPid(session.machine, vmid) !== undefined)
    die("you can't convert a VM to template if VM is running");
  return config;
}
