import type { SimulatedNode } from '../cluster.ts';
import { BOOT_PROCESSES } from './boot.ts';
import { renewRun } from './install.ts';

/** Takes a node's power: what runs is gone in the middle of what it did, and of `/run` nothing is left. It comes back with another boot. */
export function cutPower({ machine, kernel }: Pick<SimulatedNode, 'machine' | 'kernel'>): void {
  kernel.powerCuts += 1;
  kernel.bootId = machine.random.uuid();
  kernel.booted = machine.clock();
  const kept = new Set(BOOT_PROCESSES.map(({ pid }) => pid));
  for (const { pid } of machine.processes.list()) if (!kept.has(pid)) machine.processes.kill(pid);
  renewRun(machine.files);
}
