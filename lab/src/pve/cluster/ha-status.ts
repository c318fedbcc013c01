import { agentPath, readAgent, readStatus, type AgentStatus, type ServiceStatus } from '../../ha/status.ts';
import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { plainText, toPrettyJson, type Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { placeOf, readResources } from './ha.ts';
import type { ConfigSection } from './section-file.ts';

/** Seconds after which a time stamp of HA's daemons is an old one. */
const OLD_SECONDS = 30;

type Row = { readonly [key: string]: Json };

/** `ha-manager status`. */
export function showStatus(session: Session, { verbose }: Parameters): void {
  for (const { type = '', status = '' } of statusRows(session))
    session.print(`${plainText(type)} ${plainText(status)}\n`);
  if (verbose === '1') session.print(`full cluster state:\n${toPrettyJson(fullStatus(session))}\n`);
}

/** GET /cluster/ha/status/current, from what HA's manager and agents have left in their files (PVE/API2/HA/Status.pm). */
export function statusRows({ machine }: Session): readonly Row[] {
  const quorate = machine.cluster.quorate();
  const status = readStatus(machine);
  const isFresh = status !== undefined && machine.clock() - status.timestamp <= OLD_SECONDS;
  const services = readResources(machine);
  const idle = quorate && services.length === 0 ? 'idle' : 'old timestamp - dead?';
  const armed = isFresh ? 'armed' : 'standby';
  const known = status?.service_status ?? {};
  const bySid = new Map(services.map((service) => [`${service.type}:${service.id}`, service]));
  const sids = [
    ...Object.keys(known).toSorted(),
    ...[...bySid.keys()].filter((sid) => known[sid] === undefined).toSorted(),
  ];
  return [
    {
      id: 'quorum',
      type: 'quorum',
      node: machine.name,
      status: quorate ? 'OK' : `No quorum on node '${machine.name}'!`,
      quorate: quorate ? 1 : 0,
    },
    ...(status === undefined
      ? []
      : [
          {
            id: 'master',
            type: 'master',
            node: status.master_node,
            status: `${status.master_node} (${isFresh ? 'active' : idle}, ${timeText(status.timestamp)})`,
            timestamp: status.timestamp,
          },
        ]),
    {
      id: 'fencing',
      type: 'fencing',
      node: status?.master_node ?? machine.name,
      status: `${armed} (CRM watchdog ${isFresh ? 'active' : 'standby'})`,
      'armed-state': armed,
    },
    ...Object.keys(status?.node_status ?? {})
      .toSorted()
      .map((node) => agentRow(machine, node, known)),
    ...sids.map((sid) => serviceRow(machine, sid, known[sid], bySid.get(sid))),
  ];
}

function agentRow(machine: Machine, node: string, services: Readonly<Record<string, ServiceStatus>>): Row {
  const head = { id: `lrm:${node}`, type: 'lrm', node };
  if (!machine.files.exists(agentPath(node)))
    return { ...head, status: `${node} (unable to read lrm status)` };
  const agent = readAgent(machine, node);
  return {
    ...head,
    status: `${node} (${agentText(machine, node, agent, services)})`,
    timestamp: agent.timestamp,
  };
}

function agentText(
  machine: Machine,
  node: string,
  agent: AgentStatus,
  services: Readonly<Record<string, ServiceStatus>>,
): string {
  const isFresh = machine.clock() - agent.timestamp <= OLD_SECONDS;
  const isUsed = Object.values(services).some(
    (service) => service.node === node && !['stopped', 'error', 'request_start'].includes(service.state),
  );
  const state = agent.state === 'wait_for_agent_lock' && !isUsed ? 'idle' : agent.state;
  const fresh = agent.mode === 'active' ? state : `${agent.mode} mode`;
  const old = agent.mode === 'maintenance' ? 'maintenance mode' : 'old timestamp - dead?';
  const watchdog = isFresh && agent.state === 'active' ? 'watchdog active' : 'watchdog standby';
  return `${isFresh ? fresh : old}, ${watchdog}, ${timeText(agent.timestamp)}`;
}

/** A service as HA's manager knows it, and as it is wanted. */
function serviceRow(
  machine: Machine,
  sid: string,
  service: ServiceStatus | undefined,
  wanted: ConfigSection | undefined,
): Row {
  const place = wanted === undefined ? undefined : placeOf(machine, wanted.id)?.node;
  const node = service?.node ?? place;
  const option = (name: string): string | undefined => wanted?.options.get(name);
  const request = (option('state') ?? 'started').replace('enabled', 'started');
  const state = serviceText(service, request);
  return {
    id: `service:${sid}`,
    type: 'service',
    sid,
    ...(node === undefined ? {} : { node }),
    ...(service === undefined ? {} : { crm_state: service.state }),
    state,
    status: `${sid} (${node ?? '---'}, ${state})`,
    ...(wanted === undefined
      ? {}
      : {
          request_state: request,
          max_restart: Number(option('max_restart') ?? 1),
          max_relocate: Number(option('max_relocate') ?? 1),
          failback: Number(option('failback') ?? 1),
          ...(option('comment') === undefined ? {} : { comment: option('comment') ?? '' }),
        }),
  };
}

/** What people are told of a service (PVE::HA::Tools::get_verbose_service_state). */
function serviceText(service: ServiceStatus | undefined, wanted: string): string {
  if (wanted === 'ignored') return 'ignored';
  if (service === undefined) return 'queued';
  const { state, running } = service;
  if (state === 'stopped' && wanted === 'started') return 'starting';
  if (state === 'stopped' && wanted === 'disabled') return 'disabled';
  if (state === 'started' && running !== 1) return 'starting';
  if (state === 'started' && wanted !== 'started') return 'stopping';
  if (state === 'error' && wanted === 'disabled') return 'clearing error flag';
  return state;
}

/** GET /cluster/ha/status/manager_status: what the daemons have written, as it is. */
export function fullStatus({ machine }: Session): Json {
  const parse = (path: string): Json => JSON.parse(machine.files.read(path) || '{}');
  const nodes = Object.keys(readStatus(machine)?.node_status ?? {}).toSorted();
  const manager = parse('/etc/pve/ha/manager_status');
  return {
    manager_status: typeof manager === 'object' ? { node_status: {}, ...manager } : manager,
    quorum: { node: machine.name, quorate: machine.cluster.quorate() ? '1' : '' },
    ...(nodes.length === 0
      ? {}
      : { lrm_status: Object.fromEntries(nodes.map((node) => [node, parse(agentPath(node))])) }),
  };
}

/** As Perl's localtime writes it: `Mon Nov 23 19:06:56 2026`. */
function timeText(seconds: number): string {
  const [day = '', date = '', month = '', year = '', time = ''] = new Date(seconds * 1000)
    .toUTCString()
    .replace(',', '')
    .split(' ');
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
}
