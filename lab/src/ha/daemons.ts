import type { Cluster, Machine } from '../machine.ts';
import { bringAbout } from './agent.ts';
import { manage } from './manager.ts';
import { readAgent, readStatus, writeAgent, type AgentResult, type ServiceStatus } from './status.ts';

/** Seconds after which an agent says again that it is alive. */
const LOOK_SECONDS = 10;

/** Runs HA's manager and the agents of all nodes, which look every so many seconds (ten on real PVE), until closed. */
export function runHa(cluster: Cluster, seconds: number): () => void {
  const stop = new AbortController();
  const agents = [...cluster.machines.values()].map((machine) => agentOf(machine, stop.signal));
  const timer = setInterval(() => {
    if (!cluster.quorate()) return;
    const master = masterOf(cluster);
    if (master !== undefined) manage(master);
    for (const look of agents) look();
  }, seconds * 1000);
  timer.unref();
  return () => {
    clearInterval(timer);
    stop.abort();
  };
}

/** The node that was it before, while it is online; else the first that is. */
function masterOf(cluster: Cluster): Machine | undefined {
  const online = [...cluster.machines.values()].filter(({ name }) => cluster.isOnline(name));
  const before = online[0] === undefined ? undefined : readStatus(online[0])?.master_node;
  return online.find(({ name }) => name === before) ?? online[0];
}

/** One look of a node's agent: begins what its services are to be, and answers what has come of it. */
function agentOf(machine: Machine, signal: AbortSignal): () => void {
  const busy = new Set<string>();
  const answers = new Map<string, AgentResult>();
  const work = async (sid: string, service: ServiceStatus): Promise<void> => {
    busy.add(sid);
    const isSo = await bringAbout(machine, sid, service, signal);
    busy.delete(sid);
    if (!signal.aborted) answers.set(service.uid, { sid, exit_code: isSo ? 0 : 1, state: service.state });
  };
  return () => {
    const status = readStatus(machine);
    if (status === undefined || !machine.cluster.isOnline(machine.name)) return;
    const own = Object.entries(status.service_status).filter(([, { node }]) => node === machine.name);
    for (const [sid, service] of own)
      if (!busy.has(sid) && (service.state === 'started' || !answers.has(service.uid)))
        void work(sid, service);
    const uids = new Set(own.map(([, { uid }]) => uid));
    for (const uid of answers.keys()) if (!uids.has(uid)) answers.delete(uid);
    write(machine, own, answers, status.node_request?.[machine.name]?.maintenance === 1);
  };
}

function write(
  machine: Machine,
  own: readonly (readonly [string, ServiceStatus])[],
  answers: ReadonlyMap<string, AgentResult>,
  isWantedAway: boolean,
): void {
  const before = readAgent(machine, machine.name);
  const isUsed = own.some(([, { state }]) => !['stopped', 'error', 'request_start'].includes(state));
  const after = {
    state: isUsed || before.state === 'active' ? 'active' : 'wait_for_agent_lock',
    mode: isWantedAway ? 'maintenance' : 'active',
    results: Object.fromEntries(answers),
    timestamp: machine.clock(),
  } as const;
  const isOld = after.timestamp - before.timestamp >= LOOK_SECONDS;
  if (isOld || JSON.stringify({ ...before, timestamp: 0 }) !== JSON.stringify({ ...after, timestamp: 0 }))
    writeAgent(machine, after);
}
