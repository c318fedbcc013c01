import type { Machine } from '../machine.ts';
import { toolCommand } from '../pve/cli/tool.ts';
import { AS_HA, placeOf, readResources, wantState } from '../pve/cluster/ha.ts';
import { PCT } from '../pve/pct/tool.ts';
import { QM } from '../pve/qm/tool.ts';
import type { ServiceCommand } from './commands.ts';
import { runsOn, startOn, stopOn } from './guest-power.ts';
import type { ManagerStatus, ServiceStatus } from './status.ts';
import { writeStatus } from './status.ts';

const migrators = { vm: toolCommand(QM), ct: toolCommand(PCT) };

/** What one look at the services is made with. */
interface Look {
  readonly machines: readonly Machine[];
  readonly master: Machine;
  readonly status: ManagerStatus;
}

/** Does for each service what is wanted of it, one after the other. */
export async function updateServices(look: Look, commands: readonly ServiceCommand[]): Promise<void> {
  const { master, status } = look;
  for (const { what, sid } of commands) if (what === 'stop') wantState(master, sid, 'stopped');
  const wanted = new Map(
    readResources(master).map(({ type, id, options }) => [
      `${type}:${id}`,
      options.get('state') ?? 'started',
    ]),
  );
  const managed = Object.entries(status.service_status).filter(([sid]) => {
    const state = wanted.get(sid);
    return state !== undefined && state !== 'ignored';
  });
  status.service_status = Object.fromEntries(managed);
  for (const [sid, state] of wanted) {
    if (state === 'ignored') continue;
    const place = placeOf(master, sid.slice(3));
    if (place === undefined) continue;
    const service = (status.service_status[sid] ??= { state: 'stopped', node: place.node, uid: uid(master) });
    const asked = commands.find((each) => each.sid === sid && each.what !== 'stop');
    await updateService(look, sid, service, state === 'started', asked?.argument);
  }
}

const uid = ({ random }: Machine): string => random.hex(22);

async function updateService(
  look: Look,
  sid: string,
  service: ServiceStatus,
  isWanted: boolean,
  asked: string | undefined,
): Promise<void> {
  const { machines, status } = look;
  const here = machines.find(({ name }) => name === service.node);
  if (here === undefined || !here.cluster.isOnline(here.name)) return;
  const target = asked === undefined ? better(look, service, isWanted) : asked;
  if (target !== undefined && target !== service.node && status.node_status[target] === 'online')
    await move(look, here, sid, service, target);
  if (service.maintenance_node === service.node && status.node_status[service.node] === 'online')
    delete service.maintenance_node;
  const now = machines.find(({ name }) => name === service.node) ?? here;
  const runs = runsOn(now, sid);
  if (isWanted && !runs) startOn(now, sid);
  if (!isWanted && runs) stopOn(now, sid);
  const state = isWanted ? 'started' : 'stopped';
  if (state !== service.state) Object.assign(service, { state, uid: uid(now) });
  if (isWanted) service.running = 1;
  else delete service.running;
}

/**
 * Where a service is better: away from a node in maintenance, to the one with the fewest services (the basic scheduler);
 * and back when that has come out of it (PVE/HA/Manager.pm, next_state_started, select_service_node).
 */
function better({ machines, status }: Look, service: ServiceStatus, isWanted: boolean): string | undefined {
  if (!isWanted) return undefined;
  const { node, maintenance_node: back } = service;
  if (back !== undefined && back !== node && status.node_status[back] === 'online') return back;
  if (status.node_status[node] !== 'maintenance') return undefined;
  const count = (name: string): number =>
    Object.values(status.service_status).filter((each) => each.node === name && each.state === 'started')
      .length;
  const [best] = machines
    .map(({ name }) => name)
    .filter((name) => status.node_status[name] === 'online')
    .toSorted((a, b) => count(a) - count(b) || (a < b ? -1 : 1));
  if (best !== undefined) service.maintenance_node = node;
  return best;
}

/** By PVE's own command, as HA runs it. When it fails the service stays where it is. */
async function move(
  { master, status }: Look,
  here: Machine,
  sid: string,
  service: ServiceStatus,
  target: string,
): Promise<void> {
  const isVm = sid.startsWith('vm:');
  Object.assign(service, { state: isVm ? 'migrate' : 'relocate', target, uid: uid(master) });
  writeStatus(master, status);
  const how = runsOn(here, sid) ? [isVm ? '--online' : '--restart'] : [];
  await migrators[isVm ? 'vm' : 'ct'](here, ['migrate', sid.slice(3), target, ...how], {
    stdin: '',
    env: { LC_ALL: 'C.UTF-8', [AS_HA]: '1' },
    signal: new AbortController().signal,
  });
  delete service.target;
  service.node = placeOf(master, sid.slice(3))?.node ?? service.node;
  service.state = 'started';
  if (service.node === service.maintenance_node || service.node !== target) return;
  if (status.node_status[service.maintenance_node ?? ''] === 'online') delete service.maintenance_node;
}
