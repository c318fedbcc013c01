import type { Machine } from '../machine.ts';
import { placeOf, readResources, setState } from '../pve/cluster/ha.ts';
import { CRM_COMMANDS } from '../pve/cluster/crm-commands.ts';
import { nextState, type Command, type Round, type Wish } from './next-state.ts';
import { readAgent, readStatus, writeStatus, type ManagerStatus, type ServiceStatus } from './status.ts';

/** Seconds after which the manager looks at a quiet cluster again. */
const LOOK_SECONDS = 10;

/**
 * One round of HA's manager on the node that is the master (pve-ha-manager, HA/Manager.pm): takes up new services, reads
 * commands, and moves each service on by what its agent has answered. Fencing, recovery and load balancing are not modelled.
 */
export function manage(machine: Machine): void {
  const before = readStatus(machine);
  const wishes = readWishes(machine);
  const commands = readCommands(machine);
  if (before === undefined && wishes.size === 0 && commands.length === 0) return;
  const request = withMaintenance(before?.node_request ?? {}, commands);
  const round = openRound(machine, wishes, request, commands);
  const known = Object.entries(before?.service_status ?? {}).filter(([sid]) => wishes.has(sid));
  const services = new Map<string, ServiceStatus>(known);
  for (const [sid, { state, node }] of wishes)
    if (!services.has(sid))
      services.set(sid, {
        state: state === 'started' ? 'request_start' : 'request_stop',
        node,
        uid: machine.random.hex(22),
      });
  for (const [sid, wish] of wishes) {
    const service = services.get(sid);
    if (service !== undefined) services.set(sid, nextState(round, sid, service, wish, services));
  }
  const after: ManagerStatus = {
    timestamp: machine.clock(),
    master_node: machine.name,
    node_status: round.nodes,
    service_status: Object.fromEntries(services),
    ...(before?.node_request === undefined && Object.keys(request).length === 0
      ? {}
      : { node_request: request }),
  };
  if (isNews(before, after) || commands.length > 0) writeStatus(machine, after);
  if (commands.length > 0) machine.files.write(CRM_COMMANDS, '');
}

/** What is wanted of each service that HA decides about, and where it is. */
function readWishes(machine: Machine): ReadonlyMap<string, Wish> {
  return new Map(
    readResources(machine).flatMap(({ type, id, options }) => {
      const state = options.get('state') ?? 'started';
      const node = placeOf(machine, id)?.node;
      const maxRelocate = Number(options.get('max_relocate') ?? 1);
      return state === 'ignored' || node === undefined
        ? []
        : [[`${type}:${id}`, { state, node, maxRelocate }] as const];
    }),
  );
}

function readCommands({ files }: Machine): readonly Command[] {
  return (files.read(CRM_COMMANDS) ?? '').split('\n').flatMap((line) => {
    const [word = '', subject = '', argument = ''] = line.split(' ');
    return word === '' ? [] : [{ word, subject, argument }];
  });
}

function withMaintenance(
  request: NonNullable<ManagerStatus['node_request']>,
  commands: readonly Command[],
): NonNullable<ManagerStatus['node_request']> {
  return commands.reduce<NonNullable<ManagerStatus['node_request']>>(
    (now, { word, subject }) =>
      word === 'enable-node-maintenance'
        ? { ...now, [subject]: { maintenance: 1 } }
        : word === 'disable-node-maintenance'
          ? { ...now, [subject]: {} }
          : now,
    request,
  );
}

function openRound(
  machine: Machine,
  wishes: ReadonlyMap<string, Wish>,
  request: NonNullable<ManagerStatus['node_request']>,
  commands: readonly Command[],
): Round {
  const members = machine.cluster.members.map(({ name }) => name);
  const agents = new Map(members.map((name) => [name, readAgent(machine, name)]));
  const stateOf = (name: string): ManagerStatus['node_status'][string] => {
    if (!machine.cluster.isOnline(name)) return 'unknown';
    return request[name]?.maintenance === 1 && agents.get(name)?.mode === 'maintenance'
      ? 'maintenance'
      : 'online';
  };
  return {
    nodes: Object.fromEntries(members.map((name) => [name, stateOf(name)])),
    commands: new Map(commands.map((command) => [command.subject, command])),
    answerTo: ({ uid }) => {
      for (const { results } of agents.values()) if (results[uid] !== undefined) return results[uid];
      return undefined;
    },
    newUid: () => machine.random.hex(22),
    stopped: (sid) => setState(machine, sid, 'stopped'),
    places: new Map([...wishes].map(([sid, { node }]) => [sid, node])),
    machine,
  };
}

/** Beside the time, which is written every ten seconds. */
function isNews(before: ManagerStatus | undefined, after: ManagerStatus): boolean {
  if (before === undefined || after.timestamp - before.timestamp >= LOOK_SECONDS) return true;
  return JSON.stringify({ ...before, timestamp: 0 }) !== JSON.stringify({ ...after, timestamp: 0 });
}
