import type { Machine } from '../../machine.ts';

function socketOf(vmid: string): string {
  return `@/var/lib/lxc/${vmid}/command`;
}

function monitorOf(machine: Machine, vmid: string): number | undefined {
  return machine.processes.list().find((process) => process.sockets.includes(socketOf(vmid)))?.pid;
}

/** Whether a container runs on this node: its command socket is there. */
export function isRunning(machine: Machine, vmid: string): boolean {
  return monitorOf(machine, vmid) !== undefined;
}

/** The PID of a running container's init; in the lab that of its monitor. */
export function initPid(machine: Machine, vmid: string): number | undefined {
  return monitorOf(machine, vmid);
}

/** Starts the container's process, whose socket tells that it runs. */
export function launch(machine: Machine, vmid: string): void {
  machine.processes.spawn(['/usr/bin/lxc-start', '-F', '-n', vmid], { sockets: [socketOf(vmid)] });
}

/** Ends the container's process. */
export function land(machine: Machine, vmid: string): void {
  const pid = monitorOf(machine, vmid);
  if (pid !== undefined) machine.processes.kill(pid);
}
