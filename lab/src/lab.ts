import net from 'node:net';
import { simulateCluster, type SimulatedCluster } from './cluster.ts';
import type { ClusterDefinition, FleetDefinition, NodeDefinition } from './fleet/definition.ts';
import { commandFaults, faultBoard, isOff, type FaultBoard } from './fleet/faults.ts';
import { inventoryText, knownHostsText } from './fleet/inventory.ts';
import { restoreCluster, saveCluster, type SavedCluster } from './fleet/saved.ts';
import { runHa } from './ha/daemons.ts';
import type { Machine, PveCommand } from './machine.ts';
import { cutPower } from './node/power-cut.ts';
import { pveCommands } from './pve/commands.ts';
import type { Shell } from './shell/run.ts';
import { createShell } from './shell/shell.ts';
import { makeKeyPair, type KeyPair } from './ssh/keys.ts';
import type { Served } from './ssh/server.ts';
import { startServer } from './ssh/server.ts';

export interface LabOptions {
  readonly fleet: FleetDefinition;
  /** Default: made anew. */
  readonly clientKey?: KeyPair;
  /** By inventory host; default: made anew. */
  readonly hostKeys?: ReadonlyMap<string, KeyPair>;
  /** By inventory host; default: free ones. */
  readonly ports?: ReadonlyMap<string, number>;
  /** Files of an earlier run, in the fleet's order. */
  readonly saved?: readonly SavedCluster[];
  /** Makes random values the same each time. */
  readonly seed?: number;
  /** Seconds between two looks of HA's manager and agents; default: 1, where real ones look every ten. */
  readonly haSeconds?: number;
  /** Unix seconds, for all nodes; default: the real time. */
  readonly clock?: () => number;
  /** PVE's tools by name; default: as they were recorded. Another one shows what comes of a Proxmox VE that does otherwise. */
  readonly commands?: ReadonlyMap<string, PveCommand>;
}

export interface Lab {
  readonly nodes: readonly LabNode[];
  readonly faults: FaultBoard;
  readonly clientKey: KeyPair;
  /** Paths where the caller has put, or will put, the private key and known_hosts. */
  readonly inventoryText: (keyFile: string, knownHostsFile: string) => string;
  readonly knownHostsText: () => string;
  readonly save: () => readonly SavedCluster[];
  readonly close: () => Promise<void>;
}

export interface LabNode {
  /** Its name in the inventory. */
  readonly host: string;
  readonly cluster: string | undefined;
  readonly address: string;
  readonly port: number;
  readonly hostKey: KeyPair;
  readonly machine: Machine;
  /** What its SSH server was asked for so far. */
  readonly served: Readonly<Served>;
  /** Its shell without SSH. */
  readonly shell: Shell;
}

/** Simulates a fleet and serves each node over SSH on loopback until closed. Rejects if a port is taken. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const faults = faultBoard();
  const clientKey = options.clientKey ?? makeKeyPair('pvefleet-lab');
  const clusters = options.fleet.clusters.map((definition, index) => {
    const cluster = buildCluster(definition, faults, options);
    const saved = options.saved?.[index];
    if (saved !== undefined) restoreCluster(cluster, saved);
    for (const { machine } of cluster.nodes)
      machine.files.write('/etc/pve/priv/authorized_keys', clientKey.publicKey);
    return { definition, cluster };
  });
  const hasOwnAddresses = options.fleet.clusters.some(({ nodes }) => nodes.some(({ address }) => address));
  const commonPort = hasOwnAddresses ? await freePort() : 0;
  const started = await Promise.all(
    clusters.flatMap(({ definition, cluster }) =>
      definition.nodes.map(async (node, index) => {
        const simulated = cluster.nodes[index];
        if (simulated === undefined) throw new Error(`no machine was built for ${node.host}`);
        const shell = createShell(simulated, options.commands ?? pveCommands);
        const hostKey = options.hostKeys?.get(node.host) ?? makeKeyPair(`root@${node.name}`);
        const { address = '127.0.0.1' } = node;
        writeKnownHosts(simulated.machine, hostKey);
        const server = await startServer({
          node: node.host,
          address,
          shell,
          hostKey,
          clientKey,
          port: options.ports?.get(node.host) ?? commonPort,
          faults,
        });
        const listed: LabNode = {
          host: node.host,
          cluster: definition.name,
          address,
          port: server.port,
          served: server.served,
          hostKey,
          machine: simulated.machine,
          shell,
        };
        return { listed, server };
      }),
    ),
  );
  const nodes = started.map(({ listed }) => listed);
  const haDaemons = clusters.map(({ cluster }) => runHa(cluster.cluster, options.haSeconds ?? 1));
  return {
    nodes,
    faults,
    clientKey,
    inventoryText: (keyFile, knownHostsFile) => inventoryText(nodes, keyFile, knownHostsFile),
    knownHostsText: () => knownHostsText(nodes),
    save: () => clusters.map(({ cluster }) => saveCluster(cluster)),
    close: async () => {
      for (const close of haDaemons) close();
      await Promise.all(started.map(({ server }) => server.close()));
      for (const { machine } of nodes)
        for (const { pid } of machine.processes.list()) machine.processes.kill(pid);
    },
  };
}

/** One that is free on every address: as in a real fleet, nodes with addresses of their own have the same port. */
async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** What `pvecm updatecerts` writes for the cluster to know the node by; there it is the RSA key, which a lab's node has not. */
function writeKnownHosts({ files, name }: Machine, { publicKey }: KeyPair): void {
  const [type = '', data = ''] = publicKey.split(' ');
  files.write(`/etc/pve/nodes/${name}/ssh_known_hosts`, `${name} ${type} ${data}`);
}

function buildCluster(
  definition: ClusterDefinition,
  faults: FaultBoard,
  { seed, clock }: Pick<LabOptions, 'seed' | 'clock'>,
): SimulatedCluster {
  const hostOf = (name: string): string => definition.nodes.find((node) => node.name === name)?.host ?? name;
  const hosts = definition.nodes.map(({ host }) => host);
  const cluster = simulateCluster({
    ...(definition.name === undefined ? {} : { name: definition.name }),
    nodes: definition.nodes.map(({ name, ip, traits }: NodeDefinition) => ({ name, ip, traits })),
    ...(seed === undefined ? {} : { seed }),
    ...(clock === undefined ? {} : { clock }),
    faults: (node) => commandFaults(faults, hostOf(node), hosts),
    isDown: (node) => isOff(faults, hostOf(node)),
    hasLostQuorum: () => definition.name !== undefined && faults.of(definition.name, 'no-quorum').length > 0,
    turnOff: (node) => faults.add(hostOf(node), { kind: 'dead' }),
  });
  const cut = new Set<string>();
  faults.watch(() => {
    for (const node of cluster.nodes) {
      const host = hostOf(node.machine.name);
      const isCut = faults.of(host, 'no-power').length > 0;
      if (isCut && !cut.has(host)) cutPower(node);
      if (isCut) cut.add(host);
      else cut.delete(host);
    }
  });
  return cluster;
}
