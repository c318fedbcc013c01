import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { emptyConfig, type Section } from '../guest/config.ts';
import { forgetGuest } from '../guest/forget.ts';
import { freeUnreferenced } from '../guest/unreferenced.ts';
import { isHaResource } from '../guest/references.ts';
import { refuseLocked, refuseProtected } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { dropInside } from './inside-files.ts';
import { isRunning, land } from './run-state.ts';
import { loadCt, saveCt } from './store.ts';
import { deleteVolume, MOUNT_NAMES, parseMount, unusedVolume } from './volume.ts';

/** `pct destroy`. Throws Failure for what is refused before the task. */
export async function destroyCt(
  session: Session,
  { vmid = '', purge, force, ...rest }: Parameters,
): Promise<TaskEnd> {
  const { machine } = session;
  const running = `unable to destroy CT ${vmid} - container is running`;
  check(session, vmid, purge === '1');
  if (force !== '1' && isRunning(machine, vmid)) die(running);
  return runTask(session, 'vzdestroy', vmid, () =>
    withGuestLock(session, 'lxc', vmid, 10, async () => {
      check(session, vmid, purge === '1');
      if (isRunning(machine, vmid)) {
        if (force !== '1') die(running);
        session.warn(`forced to stop CT ${vmid} before destroying!\n`);
        land(machine, vmid);
      }
      const config = loadCt(session, vmid);
      const done = new Set<string>();
      for (const section of [config.main, config.pending]) await deleteVolumes(session, vmid, section, done);
      if (rest['destroy-unreferenced-disks'] === '1') await freeUnreferenced(session, vmid);
      const zombie = emptyConfig();
      zombie.main.set('lock', 'destroyed');
      saveCt(session, vmid, zombie);
      forgetGuest(session, 'lxc', vmid, purge === '1');
      dropInside(machine, vmid);
    }),
  );
}

function check(session: Session, vmid: string, purge: boolean): void {
  const config = loadCt(session, vmid);
  refuseLocked('lxc', config);
  refuseProtected(config, `can't remove CT ${vmid}`);
  if (!purge && isHaResource(session.machine, `ct:${vmid}`))
    die(`unable to remove CT ${vmid} - used in HA resources and purge parameter not set.`);
}

async function deleteVolumes(
  session: Session,
  vmid: string,
  section: Section,
  done: Set<string>,
): Promise<void> {
  const unused = [...section.keys()].filter((name) => /^unused\d+$/.test(name)).toSorted();
  for (const name of [...MOUNT_NAMES, ...unused]) {
    const text = section.get(name);
    if (text === undefined) continue;
    const volume = name.startsWith('unused') ? unusedVolume(text) : (parseMount(name, text)['volume'] ?? '');
    if (done.has(volume)) continue;
    done.add(volume);
    await deleteVolume(session, vmid, volume);
  }
}
