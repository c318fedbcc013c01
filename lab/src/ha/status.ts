import type { Machine } from '../machine.ts';

/** /etc/pve/ha/manager_status as PVE/HA/Manager.pm writes it (recording ha-02), as far as the lab's manager has it. */
export interface ManagerStatus {
  master_node?: string;
  timestamp?: number;
  node_status: Record<string, NodeStatus>;
  node_request: Record<string, { maintenance?: 1 }>;
  service_status: Record<string, ServiceStatus>;
}

/** PVE/HA/NodeStatus.pm; nothing is ever fenced here. */
export type NodeStatus = 'online' | 'maintenance' | 'unknown';

export interface ServiceStatus {
  state: 'started' | 'stopped' | 'request_stop' | 'migrate' | 'relocate' | 'error';
  node: string;
  uid: string;
  running?: 1;
  target?: string;
  /** Where it was when its node went into maintenance. */
  maintenance_node?: string;
}

const STATUS = '/etc/pve/ha/manager_status';

export function readStatus({ files }: Machine): ManagerStatus {
  const empty: ManagerStatus = { node_status: {}, node_request: {}, service_status: {} };
  const text = files.read(STATUS);
  return text === undefined ? empty : { ...empty, ...(JSON.parse(text) as Partial<ManagerStatus>) };
}

export function writeStatus({ files }: Machine, status: ManagerStatus): void {
  files.write(STATUS, JSON.stringify(status));
}

/** What a node's own daemon says of itself: /etc/pve/nodes/NODE/lrm_status. */
export interface LrmStatus {
  readonly state: 'wait_for_agent_lock' | 'active' | 'maintenance';
  readonly mode: 'active' | 'maintenance';
}

export function readLrm({ files }: Machine, node: string): LrmStatus {
  const text = files.read(`/etc/pve/nodes/${node}/lrm_status`);
  return text === undefined
    ? { state: 'wait_for_agent_lock', mode: 'active' }
    : (JSON.parse(text) as LrmStatus);
}

export function writeLrm({ files, clock }: Machine, node: string, { state, mode }: LrmStatus): void {
  const status = { state, mode, results: {}, timestamp: clock() };
  files.write(`/etc/pve/nodes/${node}/lrm_status`, JSON.stringify(status));
}
