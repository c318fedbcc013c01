import { dump } from '../backup/vzdump.ts';
import type { Parameters } from '../cli/getopt.ts';
import {
  backupJob,
  backupJobs,
  createBackupJob,
  deleteBackupJob,
  updateBackupJob,
} from '../cluster/backup-jobs.ts';
import {
  createJob as createReplication,
  deleteJob as deleteReplication,
  nodeReplication,
  replicationJob,
  replicationJobs,
  updateJob as updateReplication,
} from '../cluster/replication.ts';
import type { MappingKind } from '../cluster/mapping-file.ts';
import { createMapping, deleteMapping, mappingRows, oneMapping, updateMapping } from '../cluster/mappings.ts';
import { refuseParameters } from '../failure.ts';
import type { Properties } from '../schema/types.ts';
import type { Session } from '../session.ts';
import { downloadUrl } from '../storage/download.ts';
import { accessMethods } from './access-methods.ts';
import { clusterTasks, nodeRows, resources } from './cluster-data.ts';
import { datacenterMethods } from './datacenter-methods.ts';
import {
  allStatus,
  changeStorage,
  defineStorage,
  definitions,
  oneDefinition,
  oneStatus,
  undefineStorage,
} from './storage-api.ts';
import type { Json } from './format.ts';
import { firewallMethods } from './firewall-methods.ts';
import { guestMethods } from './guest-methods.ts';
import { haMethods } from './ha-methods.ts';
import { indexMethods } from './index-methods.ts';
import { nodeMethods } from './node-methods.ts';
import { networkMethods } from './network-methods.ts';
import { sdnMethods } from './sdn-methods.ts';
import { prune, pruneRows } from './prune-data.ts';
import { method, silent, task, type Method, type Named } from './method.ts';
import { contentRows, setVolumeData } from './storage-data.ts';
import { stopTask, taskLog, taskRows, taskStatus } from './task-data.ts';
import { makeVolume, removeVolume, volumeData } from './volume-data.ts';

/** Session by session: the same run on another node of the cluster. */
function onNode(session: Session, node: string): Session {
  return { ...session, machine: session.machine.cluster.machines.get(node) ?? session.machine };
}

const NODE_PATH: Properties = { node: { type: 'string', format: 'pve-node' } };
const NEXT_ID: Properties = {
  vmid: { type: 'integer', format: 'pve-vmid', minimum: 100, maximum: 999999999, optional: 1 },
};

function mappingMethods(kind: MappingKind): readonly Named[] {
  const path = `/cluster/mapping/${kind}`;
  return [
    method(`GET ${path}`, (session, given) => mappingRows(kind, session, given)),
    silent(`POST ${path}`, (session, given) => createMapping(kind, session, given)),
    method(`GET ${path}/{id}`, (session, given) => oneMapping(kind, session, given)),
    silent(`PUT ${path}/{id}`, (session, given) => updateMapping(kind, session, given)),
    silent(`DELETE ${path}/{id}`, (session, given) => deleteMapping(kind, session, given)),
  ];
}

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
  ...indexMethods(),
  ...guestMethods(),
  ...haMethods(),
  ...nodeMethods(),
  ...datacenterMethods(),
  ...networkMethods(),
  ...sdnMethods(),
  ...firewallMethods(),
  ...(['pci', 'usb', 'dir'] as const).flatMap(mappingMethods),
  ...accessMethods(),
  method('GET /cluster/replication', replicationJobs),
  silent('POST /cluster/replication', createReplication),
  method('GET /cluster/replication/{id}', replicationJob),
  silent('PUT /cluster/replication/{id}', updateReplication),
  silent('DELETE /cluster/replication/{id}', deleteReplication),
  method('GET /nodes/{node}/replication', nodeReplication),
  method('GET /storage', definitions),
  method('GET /storage/{storage}', oneDefinition),
  method('POST /storage', defineStorage),
  method('PUT /storage/{storage}', changeStorage),
  method('DELETE /storage/{storage}', undefineStorage),
  method('GET /nodes/{node}/storage', allStatus),
  method('GET /nodes/{node}/storage/{storage}/status', oneStatus),
  method('GET /nodes/{node}/storage/{storage}/prunebackups', pruneRows),
  task('DELETE /nodes/{node}/storage/{storage}/prunebackups', prune),
  method('GET /nodes/{node}/storage/{storage}/content', contentRows),
  method('POST /nodes/{node}/storage/{storage}/content', makeVolume),
  method('GET /nodes/{node}/storage/{storage}/content/{volume}', volumeData),
  task('DELETE /nodes/{node}/storage/{storage}/content/{volume}', removeVolume),
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
  method('GET /version', version),
  ['GET /nodes/{node}/version', { parameters: NODE_PATH, run: version }],
  ['GET /cluster/nextid', { parameters: NEXT_ID, run: nextId }],
]);
