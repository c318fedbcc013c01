import type { Parameters } from '../cli/getopt.ts';
import { requestStop } from '../cluster/crm-commands.ts';
import { isForHa, requestStart } from '../cluster/ha.ts';
import { attempt, die } from '../failure.ts';
import { refuseLocked, refuseWithoutQuorum } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { pause, runTask, type Session, type TaskEnd } from '../session.ts';
import { activateVolumes } from '../storage/activate-volumes.ts';
import { applyPending } from './apply-pending.ts';
import { mountedVolumes } from './mount.ts';
import { isRunning, land, launch } from './run-state.ts';
import { loadCt, saveCt } from './store.ts';

/** Seconds that a start, and a container's own shutdown, take. */
export const START_SECONDS = 0.3;
export const SHUTDOWN_SECONDS = 0.3;

/** `pct start`. Throws Failure for what is refused before the task. */
export async function startCt(session: Session, { vmid = '', skiplock }: Parameters): Promise<TaskEnd> {
  if (isRunning(session.machine, vmid)) die(`CT ${vmid} already running`);
  refuseWithoutQuorum(session.machine);
  if (isForHa(session, `ct:${vmid}`))
    return runTask(session, 'hastart', vmid, () => requestStart(session, `ct:${vmid}`));
  return runTask(session, 'vzstart', vmid, () =>
    withGuestLock(session, 'lxc', vmid, 10, async () => {
      const config = loadCt(session, vmid);
      if (config.main.get('template') === '1') die("you can't start a CT if it's a template");
      if (skiplock !== '1' && config.main.get('lock') !== 'mounted') refuseLocked('lxc', config);
      await settle(session, vmid);
      runPreStartHook(session, vmid);
      await pause(session, START_SECONDS);
      launch(session.machine, vmid);
    }),
  );
}

/** LXC tells of its hook, which mounts the volumes, only that it failed. Throws Failure. */
function runPreStartHook(session: Session, vmid: string): void {
  const failed = attempt(() => activateVolumes(session, mountedVolumes(loadCt(session, vmid))));
  if (failed === undefined) return;
  session.print(
    `run_buffer: 571 Script exited with status 2\nlxc_init: 845 Failed to run lxc.hook.pre-start for container "${vmid}"\n__lxc_start: 2034 Failed to initialize container "${vmid}"\n`,
  );
  die(`startup for container '${vmid}' failed`);
}

/** Applies what is pending, as PVE does when a container starts or has stopped. */
async function settle(session: Session, vmid: string): Promise<void> {
  const config = loadCt(session, vmid);
  if (config.pending.size === 0) return;
  await applyPending(session, vmid, config);
  saveCt(session, vmid, config);
}

/** `pct stop`. Throws Failure for a container that is not running. */
export async function stopCt(session: Session, { vmid = '', skiplock }: Parameters): Promise<TaskEnd> {
  refuseStopped(session, vmid, 'CT');
  if (isForHa(session, `ct:${vmid}`))
    return runTask(session, 'hastop', vmid, () => requestStop(session, `ct:${vmid}`, '0'));
  return runTask(session, 'vzstop', vmid, () =>
    withGuestLock(session, 'lxc', vmid, 10, async () => {
      const config = loadCt(session, vmid);
      if (skiplock !== '1' && config.main.get('lock') !== 'mounted') refuseLocked('lxc', config);
      land(session.machine, vmid);
      await settle(session, vmid);
    }),
  );
}

function refuseStopped(session: Session, vmid: string, word: 'CT' | 'VM'): void {
  if (!isRunning(session.machine, vmid)) die(`${word} ${vmid} not running`);
}

/** `pct shutdown`: the lab's containers stop when asked. Throws Failure for a container that is not running. */
export async function shutdownCt(
  session: Session,
  { vmid = '', timeout = '60' }: Parameters,
): Promise<TaskEnd> {
  refuseStopped(session, vmid, 'CT');
  if (isForHa(session, `ct:${vmid}`))
    return runTask(session, 'hastop', vmid, () => requestStop(session, `ct:${vmid}`, timeout));
  return runTask(session, 'vzshutdown', vmid, () =>
    withGuestLock(session, 'lxc', vmid, 10, async () => {
      refuseLocked('lxc', loadCt(session, vmid));
      await pause(session, SHUTDOWN_SECONDS);
      land(session.machine, vmid);
      await settle(session, vmid);
    }),
  );
}

/** `pct reboot`. Throws Failure for a container that is not running; PVE calls it a VM there. */
export async function rebootCt(session: Session, { vmid = '' }: Parameters): Promise<TaskEnd> {
  refuseStopped(session, vmid, 'VM');
  return runTask(session, 'vzreboot', vmid, () =>
    withGuestLock(session, 'lxc', vmid, 10, async () => {
      await pause(session, SHUTDOWN_SECONDS + START_SECONDS);
      land(session.machine, vmid);
      await settle(session, vmid);
      launch(session.machine, vmid);
    }),
  );
}

/** `pct suspend`: up to where PVE calls lxc-checkpoint, for which PVE lacks a program (criu). Throws Failure. */
export async function suspendCt(session: Session, { vmid = '' }: Parameters): Promise<TaskEnd> {
  refuseStopped(session, vmid, 'CT');
  return runTask(session, 'vzsuspend', vmid, () =>
    withGuestLock(session, 'lxc', vmid, 10, () => {
      refuseLocked('lxc', loadCt(session, vmid));
      die('pvefleet-lab: what lxc-checkpoint does is not modelled');
    }),
  );
}

/** `pct resume`, as suspendCt. Throws Failure. */
export async function resumeCt(session: Session, { vmid = '' }: Parameters): Promise<TaskEnd> {
  if (isRunning(session.machine, vmid)) die(`CT ${vmid} already running`);
  return runTask(session, 'vzresume', vmid, () =>
    die('pvefleet-lab: what lxc-checkpoint does is not modelled'),
  );
}
