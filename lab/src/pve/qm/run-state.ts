import type { Machine } from '../../machine.ts';

function pidFile(vmid: string): string {
  return `/run/qemu-server/${vmid}.pid`;
}

/** The PID of a VM that runs on this node: its pid file names a live process. */
export function runningPid(machine: Machine, vmid: string): number | undefined {
  const pid = Number((machine.files.read(pidFile(vmid)) ?? '').trim());
  return Number.isInteger(pid) && pid > 0 && machine.processes.get(pid) !== undefined ? pid : undefined;
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
export function launch(machine: Machine, vmid: string, name: string): void {
  const pid = machine.processes.spawn(['/usr/bin/kvm', '-id', vmid, '-name', `${name},debug-threads=on`, '-pidfile', `/var/run/qemu-server/${vmid}.pid`, '-daemonize']);
  machine.files.write(pidFile(vmid), `${pid}\n`, 0o600);
  for (const kind of ['cleanup', 'qmp', 'vnc']) machine.files.write(`/run/qemu-server/${vmid}.${kind}`, '');
}

/** Ends the VM's process and takes its files away; `cleanup` as well, as after a stop by `qm`. */
export function land(machine: Machine, vmid: string): void {
  const pid = runningPid(machine, vmid);
  if (pid !== undefined) machine.processes.kill(pid);
  for (const kind of ['pid', 'cleanup', 'qmp', 'vnc']) machine.files.remove(`/run/qemu-server/${vmid}.${kind}`);
  machine.files.remove(pausedFile(vmid));
}
