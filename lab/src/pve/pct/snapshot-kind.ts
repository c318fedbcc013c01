import type { SnapshotKind } from '../guest/snapshot.ts';
import { addUnused } from '../qm/unused.ts';
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
  stop: (session, vmid) => land(session.machine, vmid),
  volumesOf: (section) =>
    MOUNT_NAMES.flatMap((name) => {
      const text = section.get(name);
      const mount = text === undefined ? undefined : parseMount(name, text);
      return mount === undefined || !isVolume(mount) ? [] : [[name, mount['volume'] ?? ''] as const];
    }),
};
