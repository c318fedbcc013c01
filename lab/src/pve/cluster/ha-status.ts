import { agentPath, readAgent, readStatus, type ServiceStatus } from '../../ha/status.ts';
import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import type { Session } from '../session.ts';
import { placeOf, readResources } from './ha.ts';

/** Seconds after which a time stamp of HA's daemons is an old one. */
const OLD_SECONDS = 30;

/** `ha-manager status`, from what HA's manager and agents have left in their files (PVE/API2/HA/Status.pm). */
export function showStatus(session: Session, { verbose }: Parameters): void {
  const { machine } = session;
  if (verbose === '1') die('pvefleet-lab: ha-manager status --verbose is not modelled');
  const quorate = machine.cluster.quorate();
  const status = readStatus(machine);
  const isFresh = status !== undefined && machine.clock() - status.timestamp <= OLD_SECONDS;
  const services = readResources(machine);
  session.print(`quorum ${quorate ? 'OK' : `No quorum on node '${machine.name}'!`}\n`);
  if (status !== undefined) {
    const idle = quorate && services.length === 0 ? 'idle' : 'old timestamp - dead?';
    session.print(
      `master ${status.master_node} (${isFresh ? 'active' : idle}, ${timeText(status.timestamp)})\n`,
    );
  }
  session.print(
    isFresh ? 'fencing armed (CRM watchdog active)\n' : 'fencing standby (CRM watchdog standby)\n',
  );
  for (const node of Object.keys(status?.node_status ?? {}).toSorted())
    session.print(`lrm ${node} (${agentText(machine, node, status?.service_status ?? {})})\n`);
  if (!quorate) return;
  for (const { type, id, options } of services) {
    const service = status?.service_status[`${type}:${id}`];
    const node = service?.node ?? placeOf(machine, id)?.node ?? machine.name;
    session.print(`service ${type}:${id} (${node}, ${serviceText(service, options.get('state'))})\n`);
  }
}

function agentText(
  machine: Machine,
  node: string,
  services: Readonly<Record<string, ServiceStatus>>,
): string {
  if (!machine.files.exists(agentPath(node))) return 'unable to read lrm status';
  const agent = readAgent(machine, node);
  const isFresh = machine.clock() - agent.timestamp <= OLD_SECONDS;
  const isUsed = Object.values(services).some(
    (service) => service.node === node && !['stopped', 'error', 'request_start'].includes(service.state),
  );
  const state = agent.state === 'wait_for_agent_lock' && !isUsed ? 'idle' : agent.state;
  const fresh = agent.mode === 'active' ? state : `${agent.mode} mode`;
  const watchdog = isFresh && agent.state === 'active' ? 'watchdog active' : 'watchdog standby';
  return `${isFresh ? fresh : 'old timestamp - dead?'}, ${watchdog}, ${timeText(agent.timestamp)}`;
}

/** What people are told of a service (PVE::HA::Tools::get_verbose_service_state). */
function serviceText(service: ServiceStatus | undefined, wanted = 'started'): string {
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

/** As Perl's localtime writes it: `Mon Nov 23 19:06:56 2026`. */
function timeText(seconds: number): string {
  const [day = '', date = '', month = '', year = '', time = ''] = new Date(seconds * 1000)
    .toUTCString()
    .replace(',', '')
    .split(' ');
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
}
