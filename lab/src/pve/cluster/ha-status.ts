import type { Machine } from '../../machine.ts';
import { readLrm, readStatus, type ManagerStatus } from '../../ha/status.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import type { Session } from '../session.ts';
import { placeOf, readResources } from './ha.ts';

/** `ha-manager status` (PVE/API2/HA/Status.pm; recordings ha-01 without a manager, ha-02 with one). */
export function showStatus(session: Session, { verbose }: Parameters): void {
  const { machine } = session;
  if (verbose === '1') die('pvefleet-lab: ha-manager status --verbose is not modelled');
  const quorate = machine.cluster.quorate();
  const status = readStatus(machine);
  session.print(`quorum ${quorate ? 'OK' : `No quorum on node '${machine.name}'!`}\n`);
  if (status.master_node === undefined) session.print('fencing standby (CRM watchdog standby)\n');
  else showDaemons(session, status, status.master_node);
  if (!quorate) return;
  for (const { type, id, options } of readResources(machine)) {
    const service = status.service_status[`${type}:${id}`];
    const wanted = options.get('state') ?? 'started';
    const node = service?.node ?? placeOf(machine, id)?.node ?? machine.name;
    session.print(`service ${type}:${id} (${node}, ${verboseState(service, wanted)})\n`);
  }
}

/** PVE/HA/Tools.pm, get_verbose_service_state. */
function verboseState(service: ManagerStatus['service_status'][string] | undefined, wanted: string): string {
  if (wanted === 'ignored') return 'ignored';
  if (service === undefined) return 'queued';
  if (service.state === 'stopped' && wanted === 'disabled') return 'disabled';
  return service.state === 'started' && service.running === undefined ? 'starting' : service.state;
}

function showDaemons({ machine, print }: Session, status: ManagerStatus, master: string): void {
  const now = localTime(machine);
  print(`master ${master} (active, ${now})\nfencing armed (CRM watchdog active)\n`);
  for (const node of Object.keys(status.node_status).toSorted()) {
    const { state, mode } = readLrm(machine, node);
    const dog = state === 'wait_for_agent_lock' ? 'standby' : 'active';
    const word = mode === 'maintenance' ? 'maintenance mode' : state === 'active' ? 'active' : 'idle';
    print(`lrm ${node} (${word}, watchdog ${dog}, ${now})\n`);
  }
}

/** As localtime(3) prints it: "Mon Nov 23 19:06:56 2026". */
function localTime({ clock }: Machine): string {
  const [day, date, month, year, time] = new Date(clock() * 1000).toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
}
