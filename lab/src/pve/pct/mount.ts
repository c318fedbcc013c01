import { die } from '../failure.ts';
import type { Parameters } from '../cli/getopt.ts';
import type { GuestConfig } from '../guest/config.ts';
import { refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import type { Session } from '../session.ts';
import { activateVolumes } from '../storage/activate-volumes.ts';
import { locate } from '../storage/volumes.ts';
import { isRunning } from './run-state.ts';
import { loadCt, saveCt } from './store.ts';
import { isMountName, isVolume, parseMount } from './volume.ts';

/** `pct mount`: the container's volumes on the host, under the lock 'mounted'. Throws Failure; a volume that is missing leaves the lock. */
export function mountCt(session: Session, { vmid = '' }: Parameters): Promise<void> {
  return withGuestLock(session, 'lxc', vmid, 10, () => {
    mountAll(session, vmid);
    session.print(`mounted CT ${vmid} in '/var/lib/lxc/${vmid}/rootfs'\n`);
  });
}

function mountAll(session: Session, vmid: string): void {
  const config = loadCt(session, vmid);
  refuseLocked('lxc', config);
  config.main.set('lock', 'mounted');
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

/**
 * `pct df`: the volumes of a stopped container are mounted for it, so what keeps them from that is told; how full they are is not
 * modelled. Throws Failure.
 */
export function showUsage(session: Session, { vmid = '' }: Parameters): Promise<void> {
  return withGuestLock(session, 'lxc', vmid, 10, () => {
    if (!isRunning(session.machine, vmid)) {
      mountAll(session, vmid);
      const config = loadCt(session, vmid);
      config.main.delete('lock');
      saveCt(session, vmid, config);
    }
    die('pvefleet-lab: how full the volumes of a container are is not modelled');
  });
}

/** `pct fsck`: refusals only; what e2fsck counts depends on the files inside, which the lab does not have. Throws Failure. */
export function checkVolume(session: Session, { vmid = '', device = 'rootfs' }: Parameters): Promise<void> {
  return withGuestLock(session, 'lxc', vmid, 10, () => {
    const value =
      loadCt(session, vmid).main.get(device) ??
      die(`cannot run command on non-existing mount point ${device}`);
    if (isRunning(session.machine, vmid)) die('cannot run fsck when container is running');
    const mount = parseMount(device, value);
    const volume = mount['volume'] ?? '';
    if (!isVolume(mount)) die(`path '${volume}' does not point to a block device`);
    const { format } = locate(session.machine, volume).name;
    if (format !== 'raw') die(`unable to run fsck for '${volume}' (format == ${format})`);
    activateVolumes(session, [volume]);
    die('pvefleet-lab: what fsck finds is not modelled');
  });
}
