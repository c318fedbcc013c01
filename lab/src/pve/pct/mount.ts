import { die } from '../failure.ts';
import type { Parameters } from '../cli/getopt.ts';
import type { GuestConfig } from '../guest/config.ts';
import { refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import type { Session } from '../session.ts';
import { activateVolumes } from '../storage/activate-volumes.ts';
import { loadCt, saveCt } from './store.ts';
import { isMountName, isVolume, parseMount } from './volume.ts';

/** `pct mount`: the container's volumes on the host, under the lock 'mounted'. Throws Failure; a volume that is missing leaves the lock. */
export function mountCt(session: Session, { vmid = '' }: Parameters): Promise<void> {
  return withGuestLock(session, 'lxc', vmid, 10, () => {
    mountAll(session, vmid, 'mounted');
    session.print(`mounted CT ${vmid} in '/var/lib/lxc/${vmid}/rootfs'\n`);
  });
}

/** Mounts a container's volumes on the node under a lock that stays. Throws Failure. */
export function mountAll(session: Session, vmid: string, lock: string): void {
  const config = loadCt(session, vmid);
  refuseLocked('lxc', config);
  config.main.set('lock', lock);
  saveCt(session, vmid, config);
  activateVolumes(session, mountedVolumes(config));
}

/** The volumes that a container mounts. */
export function mountedVolumes(config: GuestConfig): readonly string[] {
  return [...config.main]
    .filter(([name]) => isMountName(name))
    .map(([name, value]) => parseMount(name, value))
    .filter(isVolume)
    .map(({ volume = '' }) => volume);
}

/** `pct unmount`. Throws Failure for a container that is not locked as mounted. */
export function unmountCt(session: Session, { vmid = '' }: Parameters): Promise<void> {
  return withGuestLock(session, 'lxc', vmid, 10, () => {
    const config = loadCt(session, vmid);
    const lock = config.main.get('lock') ?? die("no lock found trying to remove 'mounted' lock");
    if (lock !== 'mounted') die(`found lock '${lock}' trying to remove 'mounted' lock`);
    config.main.delete('lock');
    saveCt(session, vmid, config);
  });
}
