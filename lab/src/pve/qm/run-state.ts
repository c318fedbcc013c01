import type { Machine } from '../../machine.ts';
import { die } from '../failure.ts';
import type { Section } from '../guest/config.ts';
import type { Session } from '../session.ts';
import { forgetUnplugs } from './unplug.ts';

function pidFile(vmid: string): string {
  return `/run/qemu-server/${vmid}.pid`;
}

/** The PID of a VM that runs on this node: its pid file names a live process. */
export function runningPid(machine: Machine, vmid: string): number | undefined {
  const pid = Number((machine.files.read(pidFile(vmid)) ?? '').trim());
  return Number.isInteger(pid) && pid > 0 && machine.processes.get(pid) !== undefined ? pid : undefined;
}

/** The PID of a running VM. Throws Failure for a VM that is not on this node (PVE::QemuConfig::assert_config_exists_on_node). */
export function requiredPid({ machine }: Session, vmid: string): number | undefined {
  if (!machine.files.exists(`/etc/pve/nodes/${machine.name}/qemu-server/${vmid}.conf`))
    die(`unable to find configuration file for VM ${vmid} on node '${machine.name}'`);
  return runningPid(machine, vmid);
}

/** A file of the lab's own that remembers a paused VM; QEMU keeps that to itself. */
function pausedFile(vmid: string): string {
  return `/run/pvefleet-lab/${vmid}.paused`;
}

/** Whether a running VM is paused. */
export function isPaused(machine: Machine, vmid: string): boolean {
  return machine.files.exists(pausedFile(vmid));
}

/** Pauses or resumes a running VM. */
export function setPaused(machine: Machine, vmid: string, paused: boolean): void {
  if (paused) machine.files.write(pausedFile(vmid), '1\n');
  else machine.files.remove(pausedFile(vmid));
}

/** Starts the VM's process; its files under /run/qemu-server are those of a real node. */
export function launch(machine: Machine, vmid: string, config: Section): void {
  const name = `${config.get('name') ?? `vm${vmid}`},debug-threads=on`;
  const pid = machine.processes.spawn([
    '/usr/bin/kvm',
    '-id',
    vmid,
    '-name',
    name,
    '-pidfile',
    `/var/run/qemu-server/${vmid}.pid`,
    '-daemonize',
  ]);
  machine.files.write(pidFile(vmid), `${pid}\n`, 0o600);
  for (const kind of ['cleanup', 'qmp', 'vnc', ...socketsOf(config)])
    machine.files.write(`/run/qemu-server/${vmid}.${kind}`, '');
}

/** The sockets of the guest agent and of serial ports. */
function socketsOf(config: Section): readonly string[] {
  const serial = [0, 1, 2, 3]
    .map((index) => `serial${index}`)
    .filter((name) => config.get(name) === 'socket');
  return /^(enabled=)?1/.test(config.get('agent') ?? '') ? [...serial, 'qga'] : serial;
}

/** Ends the VM's process and takes its files away; `cleanup` as well, as after a stop by `qm`. */
export function land(machine: Machine, vmid: string): void {
  const pid = runningPid(machine, vmid);
  if (pid !== undefined) machine.processes.kill(pid);
  for (const kind of ['pid', 'cleanup', 'qmp', 'vnc', 'qga', 'serial0', 'serial1', 'serial2', 'serial3'])
    machine.files.remove(`/run/qemu-server/${vmid}.${kind}`);
  for (const kind of ['paused', 'frozen', 'exec']) machine.files.remove(`/run/pvefleet-lab/${vmid}.${kind}`);
  forgetUnplugs({ machine }, vmid);
  touchReservations(machine);
}

/** What the clean-up after a stop or a failed start leaves: the file of reserved PCI devices and its lock. */
export function touchReservations(machine: Machine): void {
  for (const path of ['/run/qemu-server/pci-id-reservations', '/run/qemu-server/pci-id-reservations.lock']) {
    if (!machine.files.exists(path)) machine.files.write(path, '');
  }
}
