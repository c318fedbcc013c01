import type { Machine } from '../machine.ts';
import type { ManagerStatus, NodeStatus } from './status.ts';
import { readLrm, writeLrm } from './status.ts';

/** What the nodes are, and what their own daemons make of a request (PVE/HA/NodeStatus.pm, update; PVE/HA/LRM.pm). */
export function updateNodes(master: Machine, machines: readonly Machine[], status: ManagerStatus): void {
  for (const { name, cluster } of machines) {
    const lrm = readLrm(master, name);
    const isOnline = cluster.isOnline(name);
    status.node_status[name] = nextState(status.node_status[name], isOnline, lrm.mode === 'maintenance');
    if (!isOnline) continue;
    const isAsked = status.node_request[name]?.maintenance === 1;
    const services = Object.values(status.service_status).filter(
      ({ node, target, state }) =>
        (node === name || target === name) && !['stopped', 'error'].includes(state),
    );
    const mode = isAsked ? 'maintenance' : 'active';
    const state = isAsked ? 'maintenance' : services.length > 0 ? 'active' : 'wait_for_agent_lock';
    if (mode !== lrm.mode || state !== lrm.state) writeLrm(master, name, { mode, state });
  }
}

/** In maintenance it stays so while it is off, and comes out of it when its daemon has. */
function nextState(now: NodeStatus | undefined, isOnline: boolean, isMaintained: boolean): NodeStatus {
  if (isMaintained && (now === 'maintenance' || isOnline)) return 'maintenance';
  return isOnline ? 'online' : 'unknown';
}
