import type { Machine } from '../machine.ts';

/** What HA's manager has written of the cluster (/etc/pve/ha/manager_status; recording ha-02). */
export interface ManagerStatus {
  readonly timestamp: number;
  readonly master_node: string;
  readonly node_status: Readonly<Record<string, 'online' | 'maintenance' | 'unknown'>>;
  readonly service_status: Readonly<Record<string, ServiceStatus>>;
  /** Nodes that somebody wants in maintenance. */
  readonly node_request?: Readonly<Record<string, { readonly maintenance?: 1 }>>;
}

export type ServiceState =
  | 'request_start'
  | 'started'
  | 'request_stop'
  | 'stopped'
  | 'migrate'
  | 'relocate'
  | 'error';

/** One service. An agent's answer is to its `uid`, which is another one after each change. */
export interface ServiceStatus {
  readonly state: ServiceState;
  readonly node: string;
  readonly uid: string;
  readonly running?: 1;
  /** Seconds that its shutdown may take; 0: stop it hard. */
  readonly timeout?: string;
  readonly target?: string;
  /** Where it could not be started. */
  readonly failed_nodes?: readonly string[];
  /** Where it goes back to after maintenance. */
  readonly maintenance_node?: string;
}

/** What the agent of a node has written (/etc/pve/nodes/NODE/lrm_status). */
export interface AgentStatus {
  readonly state: 'wait_for_agent_lock' | 'active';
  readonly mode: 'active' | 'maintenance';
  readonly results: Readonly<Record<string, AgentResult>>;
  readonly timestamp: number;
}

export interface AgentResult {
  readonly sid: string;
  /** 0: done. */
  readonly exit_code: number;
  readonly state: ServiceState;
}

const STATUS = '/etc/pve/ha/manager_status';

export function readStatus({ files }: Machine): ManagerStatus | undefined {
  const text = files.read(STATUS);
  return text === undefined || text === '' ? undefined : (JSON.parse(text) as ManagerStatus);
}

export function writeStatus({ files }: Machine, status: ManagerStatus): void {
  files.write(STATUS, JSON.stringify(status));
}

export function agentPath(node: string): string {
  return `/etc/pve/nodes/${node}/lrm_status`;
}

/** An agent that has not written yet waits for work. */
export function readAgent({ files }: Machine, node: string): AgentStatus {
  const text = files.read(agentPath(node));
  return text === undefined
    ? { state: 'wait_for_agent_lock', mode: 'active', results: {}, timestamp: 0 }
    : (JSON.parse(text) as AgentStatus);
}

export function writeAgent({ files, name }: Machine, status: AgentStatus): void {
  files.write(agentPath(name), JSON.stringify(status));
}
