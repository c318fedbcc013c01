import type { Parameters } from '../cli/getopt.ts';
import { dump } from '../backup/vzdump.ts';
import {
  backupJob,
  backupJobs,
  createBackupJob,
  deleteBackupJob,
  updateBackupJob,
} from '../cluster/backup-jobs.ts';
import { refuseParameters } from '../failure.ts';
import type { GuestKind } from '../guest/config.ts';
import { setFirewallOptions } from '../guest/firewall-options.ts';
import { rollbackSnapshot } from '../guest/rollback.ts';
import { createSnapshot, deleteSnapshot } from '../guest/snapshot.ts';
import type { SnapshotKind } from '../guest/snapshot-kind.ts';
import { cloneCt } from '../pct/clone.ts';
import { createCt } from '../pct/create.ts';
import { destroyCt } from '../pct/destroy.ts';
import { migrateCt } from '../pct/migrate.ts';
import { moveVolume } from '../pct/move-volume.ts';
import { rebootCt, resumeCt, shutdownCt, startCt, stopCt, suspendCt } from '../pct/power.ts';
import { CT_SNAPSHOTS } from '../pct/snapshot-kind.ts';
import { updateCt } from '../pct/update.ts';
import { cloneVm } from '../qm/clone.ts';
import { createVm } from '../qm/create.ts';
import { destroyVm } from '../qm/destroy.ts';
import { migrateVm } from '../qm/migrate.ts';
import { moveDisk } from '../qm/move-disk.ts';
import { rebootVm, resetVm, shutdownVm, stopVm } from '../qm/power.ts';
import { resizeDisk } from '../qm/resize.ts';
import { startVm } from '../qm/start.ts';
import { VM_SNAPSHOTS } from '../qm/snapshot-kind.ts';
import { resumeVm, suspendVm } from '../qm/suspend.ts';
import { updateVm } from '../qm/update.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Properties } from '../schema/types.ts';
import { downloadUrl } from '../storage/download.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { agentMethods } from './agent-methods.ts';
import { clusterTasks, nodeRows, nodeTime, resources } from './cluster-data.ts';
import { contentRows, setVolumeData } from './storage-data.ts';
import { configData, listData, pendingData, statusData } from './guest-data.ts';
import type { Json } from './format.ts';
import { indexNames } from './handlers.ts';
import { migrationData } from './migration-data.ts';
import { stopTask, taskLog, taskRows, taskStatus } from './task-data.ts';

/** One API method: its parameters and what it returns. */
export interface Method {
  readonly parameters: Properties;
  readonly run: (session: Session, parameters: Parameters) => Promise<Json> | Json;
}

function method(name: string, run: Method['run']): readonly [string, Method] {
  return [name, { parameters: parametersOf(name), run }];
}

function task(
  name: string,
  run: (session: Session, parameters: Parameters) => Promise<TaskEnd>,
): readonly [string, Method] {
  return method(name, async (session, parameters) => (await run(session, parameters)).upid);
}

function guestReads(kind: GuestKind): readonly (readonly [string, Method])[] {
  const guest = `/nodes/{node}/${kind}/{vmid}`;
  return [
    method(`GET /nodes/{node}/${kind}`, (session) => listData(session, kind)),
    method(`GET ${guest}/config`, (session, given) => configData(session, kind, given)),
    method(`GET ${guest}/pending`, (session, given) => pendingData(session, kind, given)),
    method(`GET ${guest}/status/current`, (session, given) => statusData(session, kind, given)),
  ];
}

function snapshots(kind: SnapshotKind, guest: string): readonly (readonly [string, Method])[] {
  return [
    task(`POST ${guest}/snapshot`, (session, given) => createSnapshot(kind, session, given)),
    task(`DELETE ${guest}/snapshot/{snapname}`, (session, given) => deleteSnapshot(kind, session, given)),
    task(`POST ${guest}/snapshot/{snapname}/rollback`, (session, given) =>
      rollbackSnapshot(kind, session, given),
    ),
  ];
}

const VM = '/nodes/{node}/qemu/{vmid}';
const CT = '/nodes/{node}/lxc/{vmid}';

/** Session by session: the same run on another node of the cluster. */
function onNode(session: Session, node: string): Session {
  return { ...session, machine: session.machine.cluster.machines.get(node) ?? session.machine };
}

const NODE_PATH: Properties = { node: { type: 'string', format: 'pve-node' } };
const GUEST_PATH: Properties = {
  ...NODE_PATH,
  vmid: { type: 'integer', format: 'pve-vmid', minimum: 100, maximum: 999999999 },
};

const NEXT_ID: Properties = {
  vmid: { type: 'integer', format: 'pve-vmid', minimum: 100, maximum: 999999999, optional: 1 },
};

/** Indexes: what stands below a path, by name. */
const INDEXES = [
  '/',
  ...['qemu', 'lxc'].flatMap((kind) => [
    `/nodes/{node}/${kind}/{vmid}`,
    `/nodes/{node}/${kind}/{vmid}/status`,
  ]),
].map((path): readonly [string, Method] => [
  `GET ${path}`,
  {
    parameters: path === '/' ? {} : GUEST_PATH,
    run: () => indexNames(path).map((subdir) => ({ subdir })),
  },
]);

function nextId(session: Session, { vmid }: Parameters): Json {
  const used = new Set(
    session.machine.cluster.members.flatMap(({ name }) => resourceIds(onNode(session, name))),
  );
  if (vmid !== undefined && used.has(vmid)) refuseParameters({ vmid: `VM ${vmid} already exists` });
  if (vmid !== undefined) return vmid;
  let id = 100;
  while (used.has(String(id))) id += 1;
  return String(id);
}

function resourceIds(session: Session): readonly string[] {
  const { files, name } = session.machine;
  return ['qemu-server', 'lxc']
    .flatMap((folder) => files.list(`/etc/pve/nodes/${name}/${folder}`))
    .map((file) => file.replace(/\.conf$/, ''));
}

function version(): Json {
  return { release: '9.2', repoid: '14a22df35955d97d', version: '9.2.11' };
}

function clusterStatus(session: Session): Json {
  const { cluster, name: own } = session.machine;
  const nodes = cluster.members.map(({ name, id, ip }) => ({
    id: `node/${name}`,
    ip,
    level: '',
    local: name === own ? 1 : 0,
    name,
    nodeid: cluster.name === undefined ? 0 : id,
    online: cluster.isOnline(name) ? 1 : 0,
    type: 'node',
  }));
  if (cluster.name === undefined) return nodes;
  return [
    {
      id: 'cluster',
      name: cluster.name,
      nodes: nodes.length,
      quorate: cluster.quorate() ? 1 : 0,
      type: 'cluster',
      version: nodes.length,
    },
    ...nodes,
  ];
}

/** The API methods that the lab models, named "VERB path". */
export const API: ReadonlyMap<string, Method> = new Map([
  ...INDEXES,
  ...guestReads('qemu'),
  ...guestReads('lxc'),
  method(`PUT ${VM}/config`, async (session, given) => {
    await updateVm(session, given);
    return null;
  }),
  [
    `POST ${VM}/config`,
    {
      parameters: parametersOf(`PUT ${VM}/config`),
      run: async (session, given) =>
        (await runTask(session, 'qmconfig', given['vmid'] ?? '', () => updateVm(session, given))).upid,
    },
  ],
  task('POST /nodes/{node}/qemu', createVm),
  task(`DELETE ${VM}`, destroyVm),
  task(`PUT ${VM}/resize`, resizeDisk),
  task(`POST ${VM}/move_disk`, moveDisk),
  task(`POST ${VM}/migrate`, migrateVm),
  method(`GET ${VM}/migrate`, migrationData),
  task(`POST ${VM}/clone`, cloneVm),
  ...agentMethods(),
  ...snapshots(VM_SNAPSHOTS, VM),
  task(`POST ${VM}/status/start`, startVm),
  task(`POST ${VM}/status/stop`, stopVm),
  task(`POST ${VM}/status/shutdown`, shutdownVm),
  task(`POST ${VM}/status/reboot`, rebootVm),
  task(`POST ${VM}/status/reset`, resetVm),
  task(`POST ${VM}/status/suspend`, suspendVm),
  task(`POST ${VM}/status/resume`, resumeVm),
  method(`PUT ${CT}/config`, async (session, given) => {
    await updateCt(session, given);
    return null;
  }),
  task('POST /nodes/{node}/lxc', createCt),
  task(`DELETE ${CT}`, destroyCt),
  task(`POST ${CT}/clone`, cloneCt),
  task(`POST ${CT}/migrate`, migrateCt),
  task(`POST ${CT}/move_volume`, moveVolume),
  ...snapshots(CT_SNAPSHOTS, CT),
  task(`POST ${CT}/status/start`, startCt),
  task(`POST ${CT}/status/stop`, stopCt),
  task(`POST ${CT}/status/shutdown`, shutdownCt),
  task(`POST ${CT}/status/suspend`, suspendCt),
  task(`POST ${CT}/status/resume`, resumeCt),
  task(`POST ${CT}/status/reboot`, rebootCt),
  method(`PUT ${VM}/firewall/options`, setFirewallOptions),
  method(`PUT ${CT}/firewall/options`, setFirewallOptions),
  method('GET /nodes/{node}/storage/{storage}/content', contentRows),
  method('PUT /nodes/{node}/storage/{storage}/content/{volume}', setVolumeData),
  task('POST /nodes/{node}/storage/{storage}/download-url', downloadUrl),
  method('POST /nodes/{node}/vzdump', async (session, given) => {
    const end = await dump(session, given);
    return 'upid' in end ? end.upid : 'OK';
  }),
  method('GET /nodes/{node}/tasks', taskRows),
  method('GET /nodes/{node}/tasks/{upid}/status', taskStatus),
  method('GET /nodes/{node}/tasks/{upid}/log', taskLog),
  method('DELETE /nodes/{node}/tasks/{upid}', stopTask),
  method('GET /cluster/resources', resources),
  method('GET /cluster/status', clusterStatus),
  method('GET /cluster/backup', backupJobs),
  method('POST /cluster/backup', createBackupJob),
  method('GET /cluster/backup/{id}', backupJob),
  method('PUT /cluster/backup/{id}', updateBackupJob),
  method('DELETE /cluster/backup/{id}', deleteBackupJob),
  method('GET /nodes', nodeRows),
  ['GET /cluster/tasks', { parameters: {}, run: clusterTasks }],
  ['GET /nodes/{node}/time', { parameters: NODE_PATH, run: nodeTime }],
  method('GET /version', version),
  ['GET /nodes/{node}/version', { parameters: NODE_PATH, run: version }],
  ['GET /cluster/nextid', { parameters: NEXT_ID, run: nextId }],
]);
