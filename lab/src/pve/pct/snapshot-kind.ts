import { die } from '../failure.ts';
import type { SnapshotKind } from '../guest/snapshot-kind.ts';
import { addUnused } from '../qm/unused.ts';
import { startCt } from './power.ts';
import { isRunning, land } from './run-state.ts';
import { loadCt, saveCt } from './store.ts';
import { isVolume, MOUNT_NAMES, parseMount } from './volume.ts';

/** Containers, for snapshots. */
export const CT_SNAPSHOTS: SnapshotKind = {
  kind: 'lxc',
  taskPrefix: 'vz',
  load: loadCt,
  save: saveCt,
  addUnused,
  isRunning: (session, vmid) => isRunning(session.machine, vmid),
  announceVolume: () => undefined,
  announceFreeze: () => undefined,
  prepareMemory: () => die('implement me - snapshot_save_vmstate'),
  saveMemory: () => die('implement me - snapshot_save_vmstate'),
  stop: (session, vmid) => land(session.machine, vmid),
  start: async (session, vmid) => {
    await startCt(session, { vmid });
  },
  volumesOf: (section) =>
    MOUNT_NAMES.flatMap((name) => {
      const text = section.get(name);
      const mount = text === undefined ? undefined : parseMount(name, text);
      return mount === undefined || !isVolume(mount) ? [] : [[name, mount['volume'] ?? ''] as const];
    }),
};
