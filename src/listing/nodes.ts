import { address, formatAddress } from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { namesHost } from '../snapshot/assemble.ts';
import { guests } from '../snapshot/guests.ts';
import type { NodeState, Snapshot, Unknown } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Cell, Listing, Row } from './listing.ts';
import { columns } from './listing.ts';
import { asBytes, asUptime, shown } from './units.ts';

/** A row for each member of each cluster, and for each host that gave no answer. Memory is in bytes, uptime in seconds. */
function nodeRows({ clusters, unreachable }: Survey): readonly Row[] {
  const members = clusters.flatMap((snapshot) =>
    Object.entries(snapshot.nodes).map(([name, state]) => memberRow(snapshot, name, state, unreachable)),
  );
  const listed = new Set(members.map(({ cells }) => cells['host']));
  const others = unreachable.filter(({ host }) => host !== undefined && !listed.has(host));
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

export const nodes: Listing = {
  columns: columns('name host cluster version status cpus memory uptime running', 'kernel bridges', {
    memory: asBytes('memory'),
    uptime: asUptime('uptime'),
    running: ({ running, guests: all }) =>
      running === 'unknown' && all === 'unknown' ? 'unknown' : `${shown(running)}/${shown(all)}`,
  }),
  rows: nodeRows,
};
