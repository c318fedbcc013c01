import type { SnapshotKind } from '../guest/snapshot.ts';
import { DRIVE_NAMES, isCdrom, parseDrive } from './drive.ts';
import { land, runningPid } from './run-state.ts';
import { loadVm, saveVm } from './store.ts';
import { addUnused } from './unused.ts';

/** VMs, for snapshots. */
export const VM_SNAPSHOTS: SnapshotKind = {
  kind: 'qemu',
  taskPrefix: 'qm',
  load: loadVm,
  save: saveVm,
  addUnused,
  isRunning: (session, vmid) => runningPid(session.machine, vmid) !== undefined,
  stop: (session, vmid) => {
    if (runningPid(session.machine, vmid) !== undefined) land(session.machine, vmid);
  },
  volumesOf: (section) =>
    DRIVE_NAMES.flatMap((name) => {
      const drive = parseDrive(name, section.get(name) ?? '');
      return drive === undefined || isCdrom(drive) || (drive['file'] ?? '/').startsWith('/')
        ? []
        : [[name, drive['file'] ?? ''] as const];
    }),
};
