import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import type { GuestConfig } from '../guest/config.ts';
import { refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { makeBase } from '../storage/base-volumes.ts';
import { isRunning } from './run-state.ts';
import { loadCt, saveCt } from './store.ts';
import { isVolume, MOUNT_NAMES, parseMount, printMount } from './volume.ts';

/** `pct template`. Throws Failure. */
export async function makeTemplate(session: Session, { vmid = '' }: Parameters): Promise<TaskEnd> {
  loadChecked(session, vmid);
  return runTask(session, 'vztemplate', vmid, () =>
    withGuestLock(session, 'lxc', vmid, 10, () => {
      const config = loadChecked(session, vmid);
      config.main.set('template', '1');
      for (const name of MOUNT_NAMES) {
        const text = config.main.get(name);
        const mount = text === undefined ? undefined : parseMount(name, text);
        if (mount === undefined || !isVolume(mount)) continue;
        mount['volume'] = makeBase(session.machine, mount['volume'] ?? '');
        config.main.set(name, printMount(name, mount));
      }
      saveCt(session, vmid, config);
    }),
  );
}

function loadChecked(session: Session, vmid: string): GuestConfig {
  const config = loadCt(session, vmid);
  refuseLocked('lxc', config);
  if (config.snapshots.size > 0) die('unable to create template, because CT contains snapshots');
  if (config.main.get('template') === '1') die("you can't convert a template to a template");
  if (isRunning(session.machine, vmid)) die("you can't convert a CT to template if the CT is running");
  return config;
}
