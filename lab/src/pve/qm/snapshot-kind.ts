import type { SnapshotKind } from '../guest/snapshot-kind.ts';
import { die } from '../failure.ts';
import { leaveLocked } from '../locks.ts';
import type { Session } from '../session.ts';
import { locate } from '../storage/volumes.ts';
import { DRIVE_NAMES, isCdrom, parseDrive } from './drive.ts';
import { announceFreeze } from './freeze.ts';
import { startVm } from './start.ts';
import { land, launch, runningPid } from './run-state.ts';
import { loadVm, saveVm } from './store.ts';
import { addUnused } from './unused.ts';
import { announceMigratedNets, prepareState, saveSnapshotMemory } from './vmstate.ts';

/** How long a VM's lock is held after a start from a snapshot's memory, as recorded. */
const LEFT_LOCKED_SECONDS = 30;

/** What QEMU without PVE's patches says to a snapshot of a running VM, which stays locked then. Throws Failure. */
function refuseSavevm({ print }: Session, vmid: string): never {
  const missing = (command: string): string =>
    `VM ${vmid} qmp command '${command}' failed - The command ${command} has not been found\n`;
  print(missing('savevm-end'));
  return die(missing('query-savevm'));
}

/** VMs, for snapshots. */
export const VM_SNAPSHOTS: SnapshotKind = {
  kind: 'qemu',
  taskPrefix: 'qm',
  load: loadVm,
  save: saveVm,
  addUnused,
  isRunning: (session, vmid) => runningPid(session.machine, vmid) !== undefined,
  announceVolume: (session, vmid, name, volume) => {
    session.print(`snapshotting 'drive-${name}' (${volume})\n`);
    const isInternal = locate(session.machine, volume).name.format === 'qcow2';
    if (isInternal && runningPid(session.machine, vmid) !== undefined)
      session.print('internal qemu snapshot\n');
  },
  announceFreeze: (session, config, vmid) => {
    announceFreeze(session, config.main);
    if (session.machine.traits.qemuLacks.has('savevm')) refuseSavevm(session, vmid);
  },
  prepareMemory: (session, vmid, config, name) => prepareState(session, vmid, config.main, name),
  saveMemory: (session, _vmid, state) => saveSnapshotMemory(session, state),
  stop: (session, vmid) => {
    if (runningPid(session.machine, vmid) !== undefined) land(session.machine, vmid);
  },
  start: async (session, vmid, state) => {
    if (state === undefined) {
      await startVm(session, { vmid });
      return;
    }
    announceMigratedNets(session, state);
    launch(session.machine, vmid, loadVm(session, vmid).main);
    leaveLocked(session.machine, vmid, LEFT_LOCKED_SECONDS);
  },
  volumesOf: (section) =>
    DRIVE_NAMES.flatMap((name) => {
      const drive = parseDrive(name, section.get(name) ?? '');
      return drive === undefined || isCdrom(drive) || (drive['file'] ?? '/').startsWith('/')
        ? []
        : [[name, drive['file'] ?? ''] as const];
    }),
};
