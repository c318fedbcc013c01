import { rollbackSnapshot } from '../guest/rollback.ts';
import { createSnapshot, deleteSnapshot } from '../guest/snapshot.ts';
import type { SnapshotKind } from '../guest/snapshot-kind.ts';
import { cloneCt } from '../pct/clone.ts';
import { createCt } from '../pct/create.ts';
import { destroyCt } from '../pct/destroy.ts';
import { migrateCt } from '../pct/migrate.ts';
import { moveVolume } from '../pct/move-volume.ts';
import { rebootCt, resumeCt, shutdownCt, startCt, stopCt, suspendCt } from '../pct/power.ts';
import { resizeMount } from '../pct/resize.ts';
import { CT_SNAPSHOTS } from '../pct/snapshot-kind.ts';
import { makeTemplate as makeCtTemplate } from '../pct/template.ts';
import { updateCt } from '../pct/update.ts';
import { cloneVm } from '../qm/clone.ts';
import { updateCloudinit } from '../qm/cloudinit.ts';
import { createVm } from '../qm/create.ts';
import { destroyVm } from '../qm/destroy.ts';
import { migrateVm } from '../qm/migrate.ts';
import { sendKey } from '../qm/monitor.ts';
import { moveDisk } from '../qm/move-disk.ts';
import { rebootVm, resetVm, shutdownVm, stopVm } from '../qm/power.ts';
import { resizeDisk } from '../qm/resize.ts';
import { VM_SNAPSHOTS } from '../qm/snapshot-kind.ts';
import { startVm } from '../qm/start.ts';
import { resumeVm, suspendVm } from '../qm/suspend.ts';
import { makeTemplate } from '../qm/template.ts';
import { updateVm } from '../qm/update.ts';
import { parametersOf } from '../schema/parameters.ts';
import { runTask } from '../session.ts';
import { agentMethods } from './agent-methods.ts';
import { cloudinitRows, cloudinitText } from './cloudinit-data.ts';
import { containerInterfaces } from './container-interfaces.ts';
import { configData, listData, pendingData, statusData } from './guest-data.ts';
import { method, silent, task, type Method, type Named } from './method.ts';
import { migrationData } from './migration-data.ts';
import { describeSnapshot, guestFeature, snapshotConfig, snapshotRows } from './snapshot-data.ts';

const VM = '/nodes/{node}/qemu/{vmid}';
const CT = '/nodes/{node}/lxc/{vmid}';

/** What VMs and containers have alike: reading, and snapshots. */
function common(kind: SnapshotKind): readonly Named[] {
  const type = kind.kind;
  const guest = type === 'qemu' ? VM : CT;
  const snapshot = `${guest}/snapshot/{snapname}`;
  return [
    method(`GET /nodes/{node}/${type}`, (session) => listData(session, type)),
    method(`GET ${guest}/config`, (session, given) => configData(session, type, given)),
    method(`GET ${guest}/pending`, (session, given) => pendingData(session, type, given)),
    method(`GET ${guest}/status/current`, (session, given) => statusData(session, type, given)),
    method(`GET ${guest}/feature`, (session, given) => guestFeature(kind, session, given)),
    method(`GET ${guest}/snapshot`, (session, given) => snapshotRows(kind, session, given)),
    method(`GET ${snapshot}`, () => [{ cmd: 'rollback' }, { cmd: 'config' }]),
    method(`GET ${snapshot}/config`, (session, given) => snapshotConfig(kind, session, given)),
    method(`PUT ${snapshot}/config`, (session, given) => describeSnapshot(kind, session, given)),
    task(`POST ${guest}/snapshot`, (session, given) => createSnapshot(kind, session, given)),
    task(`DELETE ${snapshot}`, (session, given) => deleteSnapshot(kind, session, given)),
    task(`POST ${snapshot}/rollback`, (session, given) => rollbackSnapshot(kind, session, given)),
  ];
}

/** POST .../config changes a VM as a task, with the parameters of PUT. */
const CHANGE_AS_TASK: Method = {
  parameters: parametersOf(`PUT ${VM}/config`),
  run: async (session, given) =>
    (await runTask(session, 'qmconfig', given['vmid'] ?? '', () => updateVm(session, given))).upid,
};

/** The API methods of VMs and containers, but for their firewalls. */
export function guestMethods(): readonly Named[] {
  return [
    ...common(VM_SNAPSHOTS),
    ...common(CT_SNAPSHOTS),
    silent(`PUT ${VM}/config`, updateVm),
    [`POST ${VM}/config`, CHANGE_AS_TASK],
    task('POST /nodes/{node}/qemu', createVm),
    task(`DELETE ${VM}`, destroyVm),
    task(`PUT ${VM}/resize`, resizeDisk),
    silent(`PUT ${VM}/unlink`, (session, { idlist = '', ...given }) =>
      updateVm(session, { ...given, delete: idlist }),
    ),
    task(`POST ${VM}/move_disk`, moveDisk),
    task(`POST ${VM}/migrate`, migrateVm),
    method(`GET ${VM}/migrate`, migrationData),
    task(`POST ${VM}/clone`, cloneVm),
    task(`POST ${VM}/template`, makeTemplate),
    silent(`PUT ${VM}/sendkey`, sendKey),
    method(`GET ${VM}/cloudinit`, cloudinitRows),
    silent(`PUT ${VM}/cloudinit`, updateCloudinit),
    method(`GET ${VM}/cloudinit/dump`, cloudinitText),
    ...agentMethods(),
    task(`POST ${VM}/status/start`, startVm),
    task(`POST ${VM}/status/stop`, stopVm),
    task(`POST ${VM}/status/shutdown`, shutdownVm),
    task(`POST ${VM}/status/reboot`, rebootVm),
    task(`POST ${VM}/status/reset`, resetVm),
    task(`POST ${VM}/status/suspend`, suspendVm),
    task(`POST ${VM}/status/resume`, resumeVm),
    silent(`PUT ${CT}/config`, updateCt),
    task('POST /nodes/{node}/lxc', createCt),
    task(`DELETE ${CT}`, destroyCt),
    task(`PUT ${CT}/resize`, resizeMount),
    task(`POST ${CT}/clone`, cloneCt),
    silent(`POST ${CT}/template`, makeCtTemplate),
    task(`POST ${CT}/migrate`, migrateCt),
    task(`POST ${CT}/move_volume`, moveVolume),
    method(`GET ${CT}/interfaces`, containerInterfaces),
    task(`POST ${CT}/status/start`, startCt),
    task(`POST ${CT}/status/stop`, stopCt),
    task(`POST ${CT}/status/shutdown`, shutdownCt),
    task(`POST ${CT}/status/suspend`, suspendCt),
    task(`POST ${CT}/status/resume`, resumeCt),
    task(`POST ${CT}/status/reboot`, rebootCt),
  ];
}
