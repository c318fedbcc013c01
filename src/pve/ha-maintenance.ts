import type { ManagerStatus } from './cluster-state.ts';
import { decodeManagerStatus } from './cluster-state.ts';

/** What HA's manager last wrote; nothing where there is no manager yet, or what it wrote can't be read. */
export function managerStatus(text: string | undefined): ManagerStatus {
  const read = decodeManagerStatus(text ?? '');
  return 'value' in read ? read.value : { nodes: {}, services: {} };
}

/** Whether a node is in maintenance or on its way there, and so gets no guests. */
export function isInMaintenance(status: ManagerStatus, node: string): boolean {
  return status.nodes[node] === 'maintenance' || isAsked(status, node);
}

/** Whether somebody has asked for it; it is not there yet when the node's own state is another. */
export function isAsked({ maintenance = [] }: ManagerStatus, node: string): boolean {
  return maintenance.includes(node);
}

/** A service of these states is not running for HA, which leaves it where it is (PVE/HA/Tools.pm, count_active_services). */
const RESTING = ['stopped', 'freeze', 'error', 'request_start'];

/** Services that HA has still to move away from a node. */
export function activeOn({ services }: ManagerStatus, node: string): readonly string[] {
  return Object.entries(services).flatMap(([sid, { node: at, target, state = '' }]) =>
    (at === node || target === node) && !RESTING.includes(state) ? [sid] : [],
  );
}

/** Services that HA runs anywhere: where one is, a node without quorum is fenced. */
export function activeServices({ services }: ManagerStatus): readonly string[] {
  return Object.entries(services).flatMap(([sid, { state = '' }]) => (RESTING.includes(state) ? [] : [sid]));
}

/** Services that HA has still to bring back to a node, as it had to leave it for its maintenance. */
export function awayFrom({ services }: ManagerStatus, node: string): readonly string[] {
  return Object.entries(services).flatMap(([sid, { maintenanceNode, state = '' }]) =>
    maintenanceNode === node && !RESTING.includes(state) ? [sid] : [],
  );
}
