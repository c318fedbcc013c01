import { createHash } from 'node:crypto';
import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import type { Session } from '../session.ts';
import type { Json } from './format.ts';
import { resourceRows } from './guest-data.ts';
import { storageRows } from './storage-data.ts';
import { archivedTasks } from './task-data.ts';

/** The same run on each node of the cluster, by the nodes' names. */
function everywhere(session: Session): readonly Session[] {
  const { cluster } = session.machine;
  return cluster.members.flatMap(({ name }) => {
    const machine = cluster.machines.get(name);
    return machine === undefined ? [] : [{ ...session, machine }];
  });
}

type Row = { readonly [key: string]: Json };

/** Guests and storages of all nodes, as GET /cluster/resources tells of them. */
export function allResources(session: Session): readonly Row[] {
  const isRow = (value: Json): value is Row =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  return everywhere(session)
    .flatMap((on) => [...resourceRows(on), ...storageRows(on)])
    .filter(isRow);
}

/** GET /cluster/resources. */
export function resources(session: Session, { type }: Parameters): Json {
  const nodes = everywhere(session);
  const wants = (kind: string): boolean => type === undefined || type === kind;
  return [
    ...(wants('pool') ? poolRows(session.machine) : []),
    ...(wants('vm') ? nodes.flatMap(resourceRows) : []),
    ...(wants('node')
      ? nodes.map(({ machine }) => ({ 'cgroup-mode': 2, ...nodeRow(session, machine) }))
      : []),
    ...(wants('storage') ? nodes.flatMap(storageRows) : []),
    ...(wants('network') ? nodes.map(({ machine }) => localNetwork(machine.name)) : []),
  ];
}

function poolRows({ files }: Machine): readonly Json[] {
  return [...(files.read('/etc/pve/user.cfg') ?? '').matchAll(/^pool:([^:]+):/gm)]
    .map(([, pool = '']) => pool)
    .toSorted()
    .map((pool) => ({ id: `/pool/${pool}`, pool, type: 'pool' }));
}

/** The zone of SDN that every node has. */
function localNetwork(node: string): Json {
  return {
    id: `network/${node}/zone/localnetwork`,
    network: 'localnetwork',
    'network-type': 'zone',
    node,
    status: 'ok',
    type: 'network',
  };
}

/** GET /nodes. */
export function nodeRows(session: Session): Json {
  return everywhere(session).map(({ machine }) => ({
    ...nodeRow(session, machine),
    ssl_fingerprint: fingerprint(machine),
  }));
}

const DISK_BYTES = 270_553_174_016;

/** What is known of a node; of one that is down not what it does (PVE::API2Tools::extract_node_stats). */
function nodeRow(
  { machine: { cluster, clock } }: Session,
  machine: Machine,
): { readonly [key: string]: Json } {
  const isOnline = cluster.isOnline(machine.name);
  const seconds = Number((machine.files.read('/proc/uptime') ?? '').split(' ')[0]);
  const live = {
    cpu: 0.01,
    disk: 31_886_336_000,
    mem: Math.round(machine.traits.memory / 8),
    uptime: Number.isFinite(seconds) && seconds > 0 ? Math.floor(seconds) : clock() % 86_400,
  };
  return {
    ...(isOnline ? live : {}),
    id: `node/${machine.name}`,
    level: '',
    maxcpu: machine.traits.cpus,
    maxdisk: DISK_BYTES,
    maxmem: machine.traits.memory,
    node: machine.name,
    status: isOnline ? 'online' : 'offline',
    type: 'node',
  };
}

/** Of a node's certificate, as PVE shows it. */
function fingerprint({ files, name }: Machine): string {
  const text = files.read(`/etc/pve/nodes/${name}/pve-ssl.pem`) ?? '';
  const bytes = Buffer.from(text.replaceAll(/^-----.*$/gm, ''), 'base64');
  return createHash('sha256')
    .update(bytes)
    .digest('hex')
    .toUpperCase()
    .replace(/(..)(?=.)/g, '$1:');
}

/** How many tasks a node tells the others of. */
const TOLD = 25;

/** GET /cluster/tasks: the last tasks of every node. */
export function clusterTasks(session: Session): Json {
  return everywhere(session)
    .flatMap(({ machine }) => archivedTasks(machine).slice(0, TOLD))
    .toSorted((a, b) => b.starttime - a.starttime)
    .map(({ pid: _pid, pstart: _pstart, ...task }) => ({ ...task, saved: '1' }));
}

/** GET /nodes/{node}/time. */
export function nodeTime({ machine }: Session): Json {
  const time = machine.clock();
  return { localtime: time, time, timezone: (machine.files.read('/etc/timezone') ?? 'Etc/UTC').trim() };
}
