import type { Parameters } from '../cli/getopt.ts';
import { isForHa, requestStart } from '../cluster/ha.ts';
import { attempt, die } from '../failure.ts';
import type { GuestConfig } from '../guest/config.ts';
import { refuseLocked, refuseWithoutQuorum } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { pause, runTask, type Session, type TaskEnd } from '../session.ts';
import { activateVolumes } from '../storage/activate-volumes.ts';
import { splitVolumeId } from '../storage/volume-name.ts';
import { free } from '../storage/volumes.ts';
import { applyPending } from './apply-pending.ts';
import { writeCloudinit } from './cloudinit.ts';
import { isDriveName, parseDrive } from './drive.ts';
import { launch, runningPid, touchReservations } from './run-state.ts';
import { loadVm, saveVm } from './store.ts';
import { announceMigratedNets } from './vmstate.ts';

/** Seconds that a start takes. */
export const START_SECONDS = 0.3;

/** What of a VM's options tells of its state on disk. */
export const STATE_OPTIONS = ['vmstate', 'runningmachine', 'runningcpu', 'running-nets-host-mtu'];

/** `qm start`. Throws Failure for want of quorum; all else is the task's. */
export async function startVm(session: Session, { vmid = '', skiplock }: Parameters): Promise<TaskEnd> {
  refuseWithoutQuorum(session.machine);
  if (isForHa(session, `vm:${vmid}`))
    return runTask(session, 'hastart', vmid, () => requestStart(session, `vm:${vmid}`));
  return runTask(session, 'qmstart', vmid, () => startLocked(session, vmid, skiplock === '1'));
}

/** Starts a VM while holding its lock; one that was suspended to disk goes on from there. Throws Failure. */
export async function startLocked(session: Session, vmid: string, skipLock: boolean): Promise<void> {
  await withGuestLock(session, 'qemu', vmid, 10, async () => {
    const config = loadVm(session, vmid);
    if (config.main.get('template') === '1') die("you can't start a vm if it's a template");
    const isSuspended = config.main.get('lock') === 'suspended';
    if (!skipLock && !isSuspended) refuseLocked('qemu', config);
    if (runningPid(session.machine, vmid) !== undefined) die(`VM ${vmid} already running`);
    if (config.pending.size > 0 && !isSuspended) await applyPending(session, vmid, config);
    await refreshCloudinit(session, vmid);
    const refusal = attempt(() => checkStartable(session, loadVm(session, vmid)));
    if (refusal !== undefined) {
      touchReservations(session.machine);
      die(refusal);
    }
    activateVolumes(session, drivenVolumes(loadVm(session, vmid)));
    if (isSuspended) announceState(session, config);
    await pause(session, START_SECONDS);
    launch(session.machine, vmid, loadVm(session, vmid).main);
    if (isSuspended) await dropState(session, vmid);
  });
}

/** Each start writes the cloud-init drive anew. */
async function refreshCloudinit(session: Session, vmid: string): Promise<void> {
  const config = loadVm(session, vmid);
  const hadChanges = (config.special.get('cloudinit')?.size ?? 0) > 0;
  await writeCloudinit(session, vmid, config);
  if (hadChanges) saveVm(session, vmid, config);
}

/** The volumes of a VM's drives. */
function drivenVolumes({ main }: GuestConfig): readonly string[] {
  return [...main]
    .filter(([name]) => isDriveName(name))
    .map(([name, text]) => parseDrive(name, text)?.['file'] ?? '')
    .filter((volume) => splitVolumeId(volume) !== undefined);
}

/** Refuses what QEMU could not run on this node. Throws Failure in PVE's words. */
export function checkStartable(session: Session, config: GuestConfig): void {
  const { traits } = session.machine;
  const count = (name: string): number => Number(config.main.get(name) ?? 1);
  if (config.main.get('kvm') !== '0' && !traits.kvm) {
    die(
      'KVM virtualisation configured, but not available. Either disable in VM configuration or enable in BIOS.',
    );
  }
  if (count('sockets') * count('cores') > traits.cpus)
    die(`MAX ${traits.cpus} vcpus allowed per VM on this node`);
}

function announceState(session: Session, { main }: GuestConfig): void {
  session.print('Resuming suspended VM\n');
  announceMigratedNets(session, main);
  const state = main.get('vmstate');
  if (state !== undefined) session.print(`activating and using '${state}' as vmstate\n`);
}

/** The state has done its work once the VM runs again. */
async function dropState(session: Session, vmid: string): Promise<void> {
  session.print('Resumed VM, removing state\n');
  const config = loadVm(session, vmid);
  const state = config.main.get('vmstate');
  if (state !== undefined) await free(session, state);
  for (const name of ['lock', ...STATE_OPTIONS]) config.main.delete(name);
  saveVm(session, vmid, config);
}
