import { clonedVmSteps } from './cloned-vm-steps.ts';
import { startedVmSteps, stoppingVmSteps } from './running-vm-steps.ts';
import { stoppedVmSteps } from './stopped-vm-steps.ts';
import type { Place, TestStep } from './test-step.ts';
import { backToSnapshotSteps, firstSnapshotSteps, memorySnapshotSteps } from './vm-snapshot-steps.ts';
import { vmTest } from './vm-test.ts';

/**
 * What is tried with VMs, and what is expected of it, as Proxmox VE 9 was recorded and as the lab does it. `password` is
 * made for the run.
 */
export function vmSteps(place: Place, password: string): readonly TestStep[] {
  const test = vmTest(place);
  const withSnapshots = (steps: (of: typeof test) => readonly TestStep[]): readonly TestStep[] =>
    test.withSnapshots ? steps(test) : [];
  return [
    ...stoppedVmSteps(test, password),
    ...withSnapshots(firstSnapshotSteps),
    ...startedVmSteps(test),
    ...withSnapshots(memorySnapshotSteps),
    ...stoppingVmSteps(test),
    ...withSnapshots(backToSnapshotSteps),
    ...clonedVmSteps(test),
  ];
}
