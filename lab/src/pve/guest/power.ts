import type { Machine } from '../../machine.ts';
import { loadConfig } from './store.ts';
import * as container from '../pct/run-state.ts';
import { launch, runningPid } from '../qm/run-state.ts';

const split = (sid: string): { readonly isVm: boolean; readonly vmid: string } => ({
  isVm: sid.startsWith('vm:'),
  vmid: sid.slice(3),
});

/** Whether the guest of a service ("vm:100") runs on a node. */
export function runsOn(machine: Machine, sid: string): boolean {
  const { isVm, vmid } = split(sid);
  return isVm ? runningPid(machine, vmid) !== undefined : container.isRunning(machine, vmid);
}

export function startOn(machine: Machine, sid: string): void {
  const { isVm, vmid } = split(sid);
  if (isVm) launch(machine, vmid, loadConfig(machine, 'qemu', vmid).main);
  else container.launch(machine, vmid);
}
