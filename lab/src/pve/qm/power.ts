import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import type { GuestConfig } from '../guest/config.ts';
import { refuseLocked, refuseWithoutQuorum } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { applyPending } from './apply-pending.ts';
import { isPaused, land, launch, runningPid, setPaused } from './run-state.ts';
import { loadVm } from './store.ts';

/** Seconds that a start, and a guest's own shutdown, take. */
const START_SECONDS = 0.3;
const SHUTDOWN_SECONDS = 0.3;

function vmidOf(parameters: Parameters): string {
  return parameters['vmid'] ?? '';
}

/** `qm start`. Throws Failure for want of quorum; all else is the task's. */
export async function startVm(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const vmid = vmidOf(parameters);
  refuseWithoutQuorum(session.machine);
  return runTask(session, 'qmstart', vmid, () => withGuestLock(session, 'qemu', vmid, 10, async () => {
    const config = loadVm(session, vmid);
    if (config.main.get('template') === '1') die("you can't start a vm if it's a template");
    if (parameters['skiplock'] !== '1' && config.main.get('lock') !== 'suspended') refuseLocked('qemu', config);
    if (runningPid(session.machine, vmid) !== undefined) die(`VM ${vmid} already running`);
    if (config.pending.size > 0) await applyPending(session, vmid, config);
    checkStartable(session, loadVm(session, vmid));
    await session.machine.sleep(START_SECONDS, session.input.signal);
    launch(session.machine, vmid, config.main.get('name') ?? `vm${vmid}`);
  }));
}

/** Refuses what QEMU could not run on this node. Throws Failure in PVE's words. */
export function checkStartable(session: Session, config: GuestConfig): void {
  const { traits } = session.machine;
  const count = (name: string): number => Number(config.main.get(name) ?? 1);
  if (config.main.get('kvm') !== '0' && !traits.kvm) {
    die('KVM virtualisation configured, but not available. Either disable in VM configuration or enable in BIOS.');
  }
  if (count('sockets') * count('cores') > traits.cpus) die(`MAX ${traits.cpus} vcpus allowed per VM on this node`);
}

/** `qm stop`. */
export async function stopVm(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const vmid = vmidOf(parameters);
  return runTask(session, 'qmstop', vmid, () => endVm(session, vmid, parameters['skiplock'] === '1'));
}

async function endVm(session: Session, vmid: string, skipLock: boolean): Promise<void> {
  await withGuestLock(session, 'qemu', vmid, 10, async () => {
    if (runningPid(session.machine, vmid) === undefined) return;
    const config = loadVm(session, vmid);
    if (!skipLock) refuseLocked('qemu', config);
    land(session.machine, vmid);
    await applyPending(session, vmid, config);
  });
}

/** `qm shutdown`: the guests of the lab answer ACPI. Throws Failure for a paused VM. */
export async function shutdownVm(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const vmid = vmidOf(parameters);
  warnNotRunning(session, vmid);
  const paused = runningPid(session.machine, vmid) !== undefined && isPaused(session.machine, vmid);
  if (paused && parameters['forceStop'] !== '1') die('VM is paused - cannot shutdown');
  if (paused) session.warn('VM is paused - stop instead of shutdown\n');
  return runTask(session, 'qmshutdown', vmid, async () => {
    await withGuestLock(session, 'qemu', vmid, 10, async () => {
      if (runningPid(session.machine, vmid) === undefined) return;
      const config = loadVm(session, vmid);
      if (parameters['skiplock'] !== '1') refuseLocked('qemu', config);
      await session.machine.sleep(SHUTDOWN_SECONDS, session.input.signal);
      land(session.machine, vmid);
      await applyPending(session, vmid, config);
    });
  });
}

/** What asking a stopped VM for its state leaves on stderr. */
function warnNotRunning(session: Session, vmid: string): void {
  if (runningPid(session.machine, vmid) === undefined) session.warn(`VM ${vmid} not running\n\n`);
}

/** `qm reboot`. Throws Failure for a VM that is paused or not running. */
export async function rebootVm(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const vmid = vmidOf(parameters);
  warnNotRunning(session, vmid);
  if (runningPid(session.machine, vmid) !== undefined && isPaused(session.machine, vmid)) die('VM is paused - cannot shutdown');
  if (runningPid(session.machine, vmid) === undefined) die(`VM ${vmid} not running`);
  return runTask(session, 'qmreboot', vmid, () => withGuestLock(session, 'qemu', vmid, 10, async () => {
    const config = loadVm(session, vmid);
    refuseLocked('qemu', config);
    await session.machine.sleep(SHUTDOWN_SECONDS + START_SECONDS, session.input.signal);
    land(session.machine, vmid);
    await applyPending(session, vmid, config);
    launch(session.machine, vmid, config.main.get('name') ?? `vm${vmid}`);
  }));
}

/** `qm reset`. Throws Failure for a VM that is not running. */
export async function resetVm(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const vmid = vmidOf(parameters);
  if (runningPid(session.machine, vmid) === undefined) die(`VM ${vmid} not running`);
  return runTask(session, 'qmreset', vmid, () => withGuestLock(session, 'qemu', vmid, 10, () => {
    if (parameters['skiplock'] !== '1') refuseLocked('qemu', loadVm(session, vmid));
  }));
}

/** `qm suspend` and `qm resume`, without a state on disk. Throws Failure. */
export async function pauseVm(session: Session, parameters: Parameters, paused: boolean): Promise<TaskEnd> {
  const vmid = vmidOf(parameters);
  if (parameters['todisk'] === '1') die('pvefleet-lab: qm suspend --todisk is not modelled');
  if (runningPid(session.machine, vmid) === undefined) die(`VM ${vmid} not running`);
  return runTask(session, paused ? 'qmpause' : 'qmresume', vmid, () => withGuestLock(session, 'qemu', vmid, 10, () => {
    if (parameters['skiplock'] !== '1') refuseLocked('qemu', loadVm(session, vmid));
    setPaused(session.machine, vmid, paused);
  }));
}
