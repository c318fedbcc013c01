import type { Machine } from '../machine.ts';
import { chooseNode } from './choose-node.ts';
import type { AgentResult, ManagerStatus, ServiceState, ServiceStatus } from './status.ts';

/** What resources.cfg wants of a service, and where its guest is. */
export interface Wish {
  readonly state: string;
  readonly node: string;
  readonly maxRelocate: number;
}

/** A line of crm_commands: `stop vm:100 60`, `migrate vm:100 pve2`. */
export interface Command {
  readonly word: string;
  readonly subject: string;
  readonly argument: string;
}

/** What one round of the manager goes by. */
export interface Round {
  readonly machine: Machine;
  readonly nodes: ManagerStatus['node_status'];
  readonly commands: ReadonlyMap<string, Command>;
  readonly places: ReadonlyMap<string, string>;
  readonly answerTo: (service: ServiceStatus) => AgentResult | undefined;
  readonly newUid: () => string;
  /** Writes into resources.cfg that the service is to be stopped. */
  readonly stopped: (sid: string) => void;
}

/** Where a service stands after this round. */
export function nextState(
  round: Round,
  sid: string,
  service: ServiceStatus,
  wish: Wish,
  services: ReadonlyMap<string, ServiceStatus>,
): ServiceStatus {
  const become = (
    state: ServiceState,
    more: Partial<Pick<ServiceStatus, 'node' | 'target' | 'timeout'>> = {},
  ): ServiceStatus => ({
    state,
    node: service.node,
    ...(service.failed_nodes !== undefined && { failed_nodes: service.failed_nodes }),
    ...(service.maintenance_node !== undefined && { maintenance_node: service.maintenance_node }),
    ...more,
    uid: round.newUid(),
  });
  const answer = round.answerTo(service);
  switch (service.state) {
    // A command that came with the service is lost here: the change of state forgets it.
    case 'request_start':
      return become('started');
    case 'request_stop':
      return answer === undefined ? service : become(answer.exit_code === 0 ? 'stopped' : 'error');
    case 'migrate':
    case 'relocate':
      if (answer === undefined) return service;
      return become(wish.state === 'started' ? 'started' : 'request_stop', {
        node: answer.exit_code === 0 ? (service.target ?? service.node) : service.node,
      });
    case 'stopped':
      return nextOfStopped(round, sid, { ...service, node: wish.node }, wish, become);
    case 'error':
      return wish.state === 'disabled' ? become('stopped') : service;
    case 'started':
      return nextOfStarted(round, sid, service, wish, services, become);
  }
}

type Become = (
  state: ServiceState,
  more?: Partial<Pick<ServiceStatus, 'node' | 'target' | 'timeout'>>,
) => ServiceStatus;

function nextOfStopped(
  round: Round,
  sid: string,
  service: ServiceStatus,
  wish: Wish,
  become: Become,
): ServiceStatus {
  const move = moveWanted(round, sid, service);
  if (move !== undefined) return become(move.word, { target: move.target });
  return wish.state === 'started' ? become('request_start', { node: service.node }) : service;
}

function nextOfStarted(
  round: Round,
  sid: string,
  service: ServiceStatus,
  wish: Wish,
  services: ReadonlyMap<string, ServiceStatus>,
  become: Become,
): ServiceStatus {
  if (round.nodes[service.node] === 'unknown') return service;
  if (wish.state !== 'started') return become('request_stop');
  const command = round.commands.get(sid);
  const move = moveWanted(round, sid, service);
  if (move !== undefined) return become(move.word, { target: move.target });
  if (command?.word === 'stop') {
    round.stopped(sid);
    return become('request_stop', { timeout: command.argument });
  }
  const answer = round.answerTo(service);
  const failed =
    answer !== undefined && answer.exit_code !== 0 ? [...(service.failed_nodes ?? []), service.node] : [];
  if (failed.length > wish.maxRelocate) return { ...become('error'), failed_nodes: failed };
  const home = service.maintenance_node;
  const node =
    home !== undefined && round.nodes[home] === 'online'
      ? home
      : chooseNode(round, sid, service, services, failed);
  if (node !== undefined && node !== service.node) {
    const { maintenance_node: _home, ...moved } = become(sid.startsWith('vm:') ? 'migrate' : 'relocate', {
      target: node,
    });
    const leaves = round.nodes[service.node] === 'maintenance';
    return {
      ...moved,
      ...(failed.length > 0 && { failed_nodes: failed }),
      ...(leaves && { maintenance_node: home ?? service.node }),
    };
  }
  if (answer === undefined || (answer.exit_code === 0 && service.running === 1)) return service;
  const { failed_nodes: _failed, running: _running, ...rest } = service;
  return answer.exit_code === 0
    ? { ...rest, running: 1, uid: round.newUid() }
    : { ...rest, failed_nodes: failed, uid: round.newUid() };
}

/** A move that somebody has asked for; one to where it is, or to a node that is not online, is passed over. */
function moveWanted(
  { commands, nodes }: Round,
  sid: string,
  { node }: ServiceStatus,
): { readonly word: 'migrate' | 'relocate'; readonly target: string } | undefined {
  const command = commands.get(sid);
  if (command?.word !== 'migrate' && command?.word !== 'relocate') return undefined;
  const target = command.argument;
  return target === node || nodes[target] !== 'online' ? undefined : { word: command.word, target };
}
