import type { Parameters } from '../cli/getopt.ts';
import { isHaManaged, requestStart, requestStop } from '../cluster/ha.ts';
import { attempt, die } from '../failure.ts';
import type { GuestConfig } from '../guest/config.ts';
import { refuseLocked, refuseWithoutQuorum } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { applyPending } from './apply-pending.ts';
import { isPaused, land, launch, runningPid, setPaused, touchReservations } from './run-state.ts';
import { loadVm, saveVm } from './store.ts';

/** Seconds that a start, and a guest's own shutdown, take. */
const START_SECONDS = 0.3;
const SHUTDOWN_SECONDS = 0.3;

function vmidOf(parameters: Parameters): string {
  return parameters['vmid'] ?? '';
}

/** The PID of a running VM. Throws Failure for a VM that is not on this node (PVE::QemuConfig::assert_config_exists_on_node). */
function requiredPid(session: Session, vmid: string): number | undefined {
  const { machine } = session;
  if (!machine.files.exists(`/etc/pve/nodes/${machine.name}/qemu-server/${vmid}.conf`))
    die(`unable to find configuration file for VM ${vmid} on node '${machine.name}'`);
  return runningPid(machine, vmid);
}

/** `qm start`. Throws Failure for want of quorum; all else is the task's. */
export async function startVm(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const vmid = vmidOf(parameters);
  refuseWithoutQuorum(session.machine);
  if (isHaManaged(session.machine, `vm:${vmid}`))
    return runTask(session, 'hastart', vmid, () => requestStart(session, `vm:${vmid}`));
  return runTask(session, 'qmstart', vmid, () =>
    withGuestLock(session, 'qemu', vmid, 10, async () => {
      const config = loadVm(session, vmid);
      if (config.main.get('template') === '1') die("you can't start a vm if it's a template");
      if (parameters['skiplock'] !== '1' && config.main.get('lock') !== 'suspended')
        refuseLocked('qemu', config);
      if (runningPid(session.machine, vmid) !== undefined) die(`VM ${vmid} already running`);
      if (config.pending.size > 0) await applyPending(session, vmid, config);
      // A start makes cloud-init's drive anew.
      if (config.special.delete('cloudinit')) saveVm(session, vmid, config);
      const refusal = attempt(() => checkStartable(session, loadVm(session, vmid)));
      if (refusal !== undefined) {
        touchReservations(session.machine);
        die(refusal);
      }
      await session.machine.sleep(START_SECONDS, session.input.signal);
      launch(session.machine, vmid, loadVm(session, vmid).main);
    }),
  );
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

/** `qm stop`. */
export async function stopVm(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const vmid = vmidOf(parameters);
  if (isHaManaged(session.machine, `vm:${vmid}`))
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
  if (isHaManaged(session.machine, `vm:${vmid}`))
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
    await session.machine.sleep(SHUTDOWN_SECONDS, session.input.signal);
    return;
  }
  await session.machine.sleep(
    Number(timeout ?? /down=(\d+)/.exec(config.main.get('startup') ?? '')?.[1] ?? 60),
    session.input.signal,
  );
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
      await session.machine.sleep(START_SECONDS, session.input.signal);
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

/** `qm suspend` and `qm resume`, without a state on disk. Throws Failure. */
export async function pauseVm(session: Session, parameters: Parameters, paused: boolean): Promise<TaskEnd> {
  const vmid = vmidOf(parameters);
  if (parameters['todisk'] === '1') die('pvefleet-lab: qm suspend --todisk is not modelled');
  if (requiredPid(session, vmid) === undefined) die(`VM ${vmid} not running`);
  return runTask(session, paused ? 'qmpause' : 'qmresume', vmid, () =>
    withGuestLock(session, 'qemu', vmid, 10, () => {
      if (parameters['skiplock'] !== '1') refuseLocked('qemu', loadVm(session, vmid));
      setPaused(session.machine, vmid, paused);
    }),
  );
}
