import type { Parameters } from '../cli/getopt.ts';
import { requestStop } from '../cluster/crm-commands.ts';
import { isForHa } from '../cluster/ha.ts';
import { die } from '../failure.ts';
import type { GuestConfig } from '../guest/config.ts';
import { refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { pause, runTask, type Session, type TaskEnd } from '../session.ts';
import { applyPending } from './apply-pending.ts';
import { isPaused, land, launch, requiredPid } from './run-state.ts';
import { START_SECONDS } from './start.ts';
import { loadVm } from './store.ts';

/** Seconds that a guest's own shutdown takes. */
const SHUTDOWN_SECONDS = 0.3;

function vmidOf(parameters: Parameters): string {
  return parameters['vmid'] ?? '';
}

/** `qm stop`. */
export async function stopVm(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const vmid = vmidOf(parameters);
  if (isForHa(session, `vm:${vmid}`))
    return runTask(session, 'hastop', vmid, () => requestStop(session, `vm:${vmid}`, '0'));
  return runTask(session, 'qmstop', vmid, () => endVm(session, vmid, parameters['skiplock'] === '1'));
}

async function endVm(session: Session, vmid: string, skipLock: boolean): Promise<void> {
  await withGuestLock(session, 'qemu', vmid, 10, async () => {
    if (requiredPid(session, vmid) === undefined) return;
    const config = loadVm(session, vmid);
    if (!skipLock) refuseLocked('qemu', config);
    land(session.machine, vmid);
    await applyPending(session, vmid, config);
  });
}

/** `qm shutdown`. Throws Failure for a paused VM. */
export async function shutdownVm(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const vmid = vmidOf(parameters);
  warnNotRunning(session, vmid);
  const paused = requiredPid(session, vmid) !== undefined && isPaused(session.machine, vmid);
  if (paused && parameters['forceStop'] !== '1') die('VM is paused - cannot shutdown');
  if (paused) session.warn('VM is paused - stop instead of shutdown\n');
  if (isForHa(session, `vm:${vmid}`))
    return runTask(session, 'hastop', vmid, () =>
      requestStop(session, `vm:${vmid}`, parameters['timeout'] ?? '60'),
    );
  return runTask(session, 'qmshutdown', vmid, () =>
    withGuestLock(session, 'qemu', vmid, 10, async () => {
      if (requiredPid(session, vmid) === undefined) return;
      const config = loadVm(session, vmid);
      if (parameters['skiplock'] !== '1') refuseLocked('qemu', config);
      await powerDown(session, config, parameters['timeout'], parameters['forceStop'] === '1', paused);
      land(session.machine, vmid);
      await applyPending(session, vmid, config);
    }),
  );
}

/** Presses the power button and waits, by default a minute or as long as `startup` says. Throws Failure when nothing happens and it is not forced. */
async function powerDown(
  session: Session,
  config: GuestConfig,
  timeout: string | undefined,
  force: boolean,
  quit: boolean,
): Promise<void> {
  if (session.machine.traits.guestsAnswer || quit) {
    await pause(session, SHUTDOWN_SECONDS);
    return;
  }
  await pause(session, Number(timeout ?? /down=(\d+)/.exec(config.main.get('startup') ?? '')?.[1] ?? 60));
  if (!force) die('VM quit/powerdown failed - got timeout');
  session.warn('VM still running - terminating now with SIGTERM\n');
}

/** What asking a stopped VM for its state leaves on stderr. */
function warnNotRunning(session: Session, vmid: string): void {
  if (requiredPid(session, vmid) === undefined) session.warn(`VM ${vmid} not running\n\n`);
}

/** `qm reboot`. Throws Failure for a VM that is paused or not running. */
export async function rebootVm(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const vmid = vmidOf(parameters);
  warnNotRunning(session, vmid);
  if (requiredPid(session, vmid) !== undefined && isPaused(session.machine, vmid))
    die('VM is paused - cannot shutdown');
  if (requiredPid(session, vmid) === undefined) die(`VM ${vmid} not running`);
  return runTask(session, 'qmreboot', vmid, () =>
    withGuestLock(session, 'qemu', vmid, 10, async () => {
      const config = loadVm(session, vmid);
      refuseLocked('qemu', config);
      await powerDown(session, config, parameters['timeout'], false, false);
      await pause(session, START_SECONDS);
      land(session.machine, vmid);
      await applyPending(session, vmid, config);
      launch(session.machine, vmid, loadVm(session, vmid).main);
    }),
  );
}

/** `qm reset`. Throws Failure for a VM that is not running. */
export async function resetVm(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const vmid = vmidOf(parameters);
  if (requiredPid(session, vmid) === undefined) die(`VM ${vmid} not running`);
  return runTask(session, 'qmreset', vmid, () =>
    withGuestLock(session, 'qemu', vmid, 10, () => {
      if (parameters['skiplock'] !== '1') refuseLocked('qemu', loadVm(session, vmid));
    }),
  );
}
