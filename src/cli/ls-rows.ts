import { address, formatAddress } from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { options } from '../pve/guest-config.ts';
import { namesHost } from '../snapshot/assemble.ts';
import type { GuestEntry } from '../snapshot/guests.ts';
import { guests, haResources, power } from '../snapshot/guests.ts';
import type { NodeState, Snapshot, Unknown } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';

/** A value that could not be read is "unknown"; one that there is none of is null. */
type Cell = string | number | null;

/** One line of `ls`: what it lists, by the names that --json has; `id` is what -o name prints. */
export interface Row {
  readonly id: string;
  readonly cells: Readonly<Record<string, Cell>>;
}

/** A row for each guest of all clusters. Memory is in MiB. */
export function guestRows({ clusters }: Survey): readonly Row[] {
  return clusters.flatMap((snapshot) => {
    const all = guests(snapshot);
    return isUnknown(all) ? [] : all.map((guest) => guestRow(snapshot, guest));
  });
}

function guestRow(snapshot: Snapshot, guest: GuestEntry): Row {
  const { vmid, type, node, config } = guest;
  const set = isUnknown(config) ? undefined : options(config);
  const option = (name: string, absent: string | null): string | null =>
    set === undefined ? 'unknown' : (set[name] ?? absent);
  const ha = haResources(snapshot);
  const isVm = type === 'vm';
  const status = power(snapshot, vmid);
  return {
    id: formatAddress(address(type, vmid, snapshot.cluster)),
    cells: {
      vmid,
      name: option(isVm ? 'name' : 'hostname', null),
      type,
      status: isUnknown(status) ? 'unknown' : status,
      node,
      cluster: snapshot.cluster,
      cores: isVm
        ? numeric(option('cores', '1'), numeric(option('sockets', '1'), 1))
        : numeric(option('cores', null), 1),
      memory: numeric(option('memory', '512')?.replace(/^current=/u, '') ?? null, 1),
      tags: option('tags', null),
      ha: isUnknown(ha) ? 'unknown' : ha.has(`${isVm ? 'vm' : 'ct'}:${vmid}`) ? 'managed' : null,
      lock: option('lock', null),
    },
  };
}

function numeric(text: string | null, times: Cell): Cell {
  if (text === null || text === 'unknown') return text;
  return /^\d+$/u.test(text) && typeof times === 'number' ? Number(text) * times : text;
}

/** A row for each member of each cluster, and for each host that gave no answer. Memory is in bytes, uptime in seconds. */
export function nodeRows({ clusters, unreachable }: Survey): readonly Row[] {
  const members = clusters.flatMap((snapshot) =>
    Object.entries(snapshot.nodes).map(([name, state]) => memberRow(snapshot, name, state, unreachable)),
  );
  const shown = new Set(members.map(({ cells }) => cells['host']));
  const others = unreachable.filter(({ host }) => host !== undefined && !shown.has(host));
  return [...members, ...[...new Map(others.map((each) => [each.host, each])).values()].map(strangerRow)];
}

function memberRow(
  snapshot: Snapshot,
  name: string,
  state: NodeState | Unknown,
  unreachable: readonly Diagnostic[],
): Row {
  const id = formatAddress(address('node', name, snapshot.cluster));
  if (isUnknown(state)) {
    const failure = unreachable.find(({ host }) => host !== undefined && namesHost(state, host));
    return {
      id,
      cells: nodeCells({
        name,
        host: failure?.host ?? null,
        cluster: snapshot.cluster,
        status: failure?.trouble ?? 'unknown',
        guests: guestCount(snapshot, name),
      }),
    };
  }
  const trouble = unreachable.find(({ host, code }) => host === state.host && code === 'survey/etc-pve');
  const status = trouble !== undefined ? 'no /etc/pve' : snapshot.quorate === false ? 'no quorum' : 'online';
  return {
    id,
    cells: nodeCells({
      name,
      host: state.host,
      cluster: snapshot.cluster,
      version: isUnknown(state.versions) ? 'unknown' : state.versions['pve-manager'],
      status,
      cpus: state.cpus,
      memory: state.memory,
      uptime: state.uptime,
      running: isUnknown(state.running)
        ? 'unknown'
        : state.running.vms.length + state.running.containers.length,
      guests: guestCount(snapshot, name),
      kernel: state.kernel,
      bridges: state.bridges.join(' '),
    }),
  };
}

function strangerRow({ host = '', trouble }: Diagnostic): Row {
  return { id: host, cells: nodeCells({ host, status: trouble }) };
}

function nodeCells(known: Readonly<Record<string, Cell>>): Row['cells'] {
  const all = [
    'name',
    'host',
    'cluster',
    'version',
    'status',
    'cpus',
    'memory',
    'uptime',
    'running',
    'guests',
    'kernel',
    'bridges',
  ];
  return Object.fromEntries(all.map((key) => [key, key in known ? (known[key] ?? null) : 'unknown']));
}

function guestCount(snapshot: Snapshot, node: string): Cell {
  const all = guests(snapshot);
  return isUnknown(all) ? 'unknown' : all.filter((guest) => guest.node === node).length;
}
