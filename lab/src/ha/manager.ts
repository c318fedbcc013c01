import type { Machine } from '../machine.ts';
import { takeCommands } from './commands.ts';
import { updateNodes } from './nodes.ts';
import { updateServices } from './services.ts';
import { readStatus, writeStatus } from './status.ts';

/**
 * HA's manager and the daemons of its nodes (pve-ha-manager's CRM and LRM) in one: it takes up commands and wishes, starts,
 * stops and moves guests, empties a node in maintenance and fills it again (recording ha-02; PVE/HA/Manager.pm). PVE looks
 * every ten seconds, this one when something has changed, in rounds that are shorter. It fences nothing, knows no rules,
 * and recovers no guest of a node that is gone.
 */
export interface HaManager {
  /** Something has changed that it may have to do with. */
  readonly wake: () => void;
  readonly stop: () => void;
}

/** Seconds between two rounds; and until what did not go is tried again. */
const ROUND_SECONDS = 0.1;
const AGAIN_SECONDS = 1;

export function haManager(machines: () => readonly Machine[]): HaManager {
  const stopped = new AbortController();
  let isWorking = false;
  let isWoken = false;
  const work = async (): Promise<void> => {
    isWorking = true;
    while (isWoken && !stopped.signal.aborted) {
      isWoken = false;
      const [first] = machines();
      await first?.sleep(ROUND_SECONDS, stopped.signal);
      while (!stopped.signal.aborted && (await round(machines())))
        await first?.sleep(ROUND_SECONDS, stopped.signal);
      if (first === undefined || !isStuck(first)) continue;
      await first.sleep(AGAIN_SECONDS, stopped.signal);
      isWoken = true;
    }
    isWorking = false;
  };
  return {
    wake() {
      isWoken = true;
      if (!isWorking) void work();
    },
    stop: () => stopped.abort(),
  };
}

/** A service is still on a node in maintenance: its migration has failed. */
function isStuck(machine: Machine): boolean {
  const { node_status: nodes, service_status: services } = readStatus(machine);
  return Object.values(services).some(
    ({ node, state }) =>
      state !== 'stopped' && nodes[node] === 'maintenance' && machine.cluster.isOnline(node),
  );
}

/** Looks once at everything; true when something has changed, so that it has to look again. */
async function round(machines: readonly Machine[]): Promise<boolean> {
  const master = machines.find(({ cluster, name }) => cluster.isOnline(name) && cluster.quorate());
  if (master === undefined) return false;
  const before = JSON.stringify({ ...readStatus(master), timestamp: 0 });
  const status = readStatus(master);
  const commands = takeCommands(master, status);
  updateNodes(master, machines, status);
  await updateServices({ machines, master, status }, commands);
  const isIdle =
    Object.keys(status.service_status).length === 0 &&
    Object.values(status.node_request).every(({ maintenance }) => maintenance === undefined) &&
    Object.values(status.node_status).every((state) => state !== 'maintenance');
  const isNew = before !== JSON.stringify({ ...status, timestamp: 0 });
  // Without services and requests no node becomes the master (PVE/HA/CRM.pm).
  if (isIdle && status.master_node === undefined && commands.length === 0) return false;
  status.master_node ??= master.name;
  status.timestamp = master.clock();
  if (isNew) writeStatus(master, status);
  return isNew;
}
