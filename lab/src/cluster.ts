import { setTimeout as delay } from 'node:timers/promises';
import type { DirectoryEntry } from './files/entry.ts';
import { diskRules, memoryDirectory } from './files/memory.ts';
import { mountPoint, overlaidDirectory } from './files/generated.ts';
import { pmxcfs, type Pmxcfs } from './files/pmxcfs.ts';
import { fileServers, type Exports } from './files/mounts.ts';
import { procDirectory, type Kernel } from './files/proc.ts';
import { fileTree, volumes } from './files/tree.ts';
import { putAt } from './files/walk.ts';
import type { Cluster, Faults, Machine, Member, Traits } from './machine.ts';
import { BOOT_PROCESSES } from './node/boot.ts';
import { install, makeDirectories } from './node/install.ts';
import { bringUpInterfaces } from './node/interfaces.ts';
import { reboot } from './node/reboot.ts';
import { locks } from './node/locks.ts';
import { kernelRelease } from './node/packages.ts';
import { isStopped } from './node/services.ts';
import { processTable } from './node/processes.ts';
import { randomValues } from './node/random.ts';

export interface ClusterOptions {
  /** Undefined: a lone node. */
  readonly name?: string;
  readonly nodes: readonly NodeOptions[];
  /** Unix seconds; default: the real time. */
  readonly clock?: () => number;
  /** Default: waits real seconds. */
  readonly sleep?: Machine['sleep'];
  /** With a seed the random values are the same each time. */
  readonly seed?: number;
  /** What is broken on a node; default: nothing. */
  readonly faults?: (node: string) => Faults;
  /** Asked at each look: the node is off; the cluster has lost its quorum. */
  readonly isDown?: (node: string) => boolean;
  readonly hasLostQuorum?: () => boolean;
  /** Turns a node off until what comes back is called; default: a node can't be turned off. */
  readonly turnOff?: (node: string) => () => void;
}

interface NodeOptions {
  readonly name: string;
  readonly ip: string;
  /** Text by path, instead of a fresh installation. */
  readonly files?: Readonly<Record<string, string>>;
  /** Bytes by path. */
  readonly volumes?: Readonly<Record<string, number>>;
  /** Whether the files of a fresh installation are put first; default: only without `files`. */
  readonly install?: boolean;
  readonly traits?: Partial<Traits>;
}

/** A machine, with the root directory that its shell works on. */
export interface SimulatedNode {
  readonly machine: Machine;
  readonly root: DirectoryEntry;
  readonly kernel: Kernel;
  /** Restarts it: off for a moment, and up again with another boot id. */
  readonly reboot: () => Promise<void>;
  /** PVE's release, which an upgrade changes. */
  readonly setVersion: (pve: Traits['pve']) => void;
}

export interface SimulatedCluster {
  readonly cluster: Cluster;
  readonly nodes: readonly SimulatedNode[];
  /** Does something that changes /etc/pve without its being counted there. */
  readonly uncounted: (act: () => void) => void;
}

const NO_FAULTS: Faults = {
  lockHeld: () => false,
  storageFull: () => false,
  taskFails: () => false,
  inMiddleOf: () => undefined,
  storageOffline: () => false,
};
const DEFAULT_TRAITS: Traits = {
  kvm: true,
  cpus: 16,
  memory: 64 * 2 ** 30,
  pve: '9',
  guestsAnswer: true,
  qemuLacks: new Set(),
  fileSystem: 'ext4',
  blockStorage: true,
  confined: false,
  network: 'works',
  servers: ['nas', 'nas.lab.internal', '10.10.250.10'],
  copySpeed: 40_960,
};

/** Builds a cluster, or a lone node, in memory; its machines are in `machines`. */
export function createCluster(options: ClusterOptions): Cluster {
  return simulateCluster(options).cluster;
}

/** As createCluster, with what a shell on its nodes needs. */
export function simulateCluster(options: ClusterOptions): SimulatedCluster {
  const clock = options.clock ?? (() => Math.floor(Date.now() / 1000));
  const sleep = options.sleep ?? realSleep;
  const machines = new Map<string, Machine>();
  const cluster: Cluster = clusterOf(options, machines, sleep);
  const shared = pmxcfs(() => cluster, clock);
  const servers = fileServers(clock);
  const nodes = options.nodes.map((node, index) => {
    const seeded = options.seed === undefined ? {} : { seed: options.seed + index };
    const context = { ...options, ...seeded, clock, sleep };
    const simulated = simulateNode(node, context, cluster, shared, servers);
    machines.set(node.name, simulated.machine);
    return simulated;
  });
  options.nodes.forEach((node, index) => {
    const simulated = nodes[index];
    if (simulated !== undefined) furnish(simulated, node);
  });
  return { cluster, nodes, uncounted: shared.uncounted };
}

function clusterOf(
  options: ClusterOptions,
  machines: ReadonlyMap<string, Machine>,
  sleep: Machine['sleep'],
): Cluster {
  const members: Member[] = options.nodes.map(({ name, ip }, index) => ({
    name,
    ip,
    id: index + 1,
    votes: 1,
  }));
  const runs = (machine: Machine | undefined, service: string): boolean =>
    machine === undefined || !isStopped(machine.files, service);
  // Corosync tells the others of a node, and pmxcfs itself.
  const isOnline = (node: string): boolean =>
    options.isDown?.(node) !== true &&
    (options.name === undefined ||
      ['corosync', 'pve-cluster'].every((service) => runs(machines.get(node), service)));
  const online = (): number => members.filter(({ name }) => isOnline(name)).length;
  const faults = options.faults;
  const held = (lock: string): boolean => members.some(({ name }) => faults?.(name).lockHeld(lock) === true);
  return {
    name: options.name,
    members,
    machines,
    isOnline,
    quorate: () =>
      options.name === undefined || (options.hasLostQuorum?.() !== true && online() * 2 > members.length),
    locks: locks(held, sleep),
  };
}

type NodeContext = ClusterOptions & Required<Pick<ClusterOptions, 'clock' | 'sleep'>>;

function simulateNode(
  node: NodeOptions,
  options: NodeContext,
  cluster: Cluster,
  shared: Pmxcfs,
  servers: Exports,
): SimulatedNode {
  const { clock, sleep } = options;
  const traits: { -readonly [K in keyof Traits]: Traits[K] } = { ...DEFAULT_TRAITS, ...node.traits };
  const random = randomValues(options.seed);
  const faults = options.faults?.(node.name) ?? NO_FAULTS;
  const disk = memoryDirectory(diskRules(clock));
  const kernel: Kernel = {
    release: kernelRelease(traits.pve),
    bootId: random.uuid(),
    booted: clock() - 3600,
    powerCuts: 0,
  };
  const etc = memoryDirectory(diskRules(clock));
  // Without its service the mount point is an empty directory.
  const isMounted = (): boolean => !isStopped(machine.files, 'pve-cluster');
  const etcPve = mountPoint(isMounted, shared.mount(node.name), memoryDirectory(diskRules(clock)));
  const root = overlaidDirectory(
    new Map<string, DirectoryEntry>([
      ['etc', overlaidDirectory(new Map([['pve', etcPve]]), etc)],
      ['proc', procDirectory(() => machine, kernel)],
    ]),
    disk,
  );
  for (const [name, target] of Object.entries({ bin: 'usr/bin', sbin: 'usr/sbin', lib: 'usr/lib' })) {
    disk.put(name, { kind: 'link', target });
  }
  disk.put('var', { kind: 'directory' });
  const varDirectory = disk.get('var');
  if (varDirectory?.kind === 'directory') {
    varDirectory.put('run', { kind: 'link', target: '/run' });
    varDirectory.put('lock', { kind: 'link', target: '/run/lock' });
  }
  const machine: Machine = {
    name: node.name,
    cluster,
    files: fileTree(root),
    volumes: volumes(root),
    processes: processTable(clock, BOOT_PROCESSES),
    mount: (path, name) => servers.mount(root, path, name),
    traits,
    locks: locks(faults.lockHeld, sleep),
    clock,
    sleep,
    random,
    faults,
    powerCuts: () => kernel.powerCuts,
  };
  const turnOff = options.turnOff ?? (() => () => undefined);
  const setVersion = (pve: Traits['pve']): void => void (traits.pve = pve);
  return {
    machine,
    root,
    kernel,
    setVersion,
    reboot: () => reboot(machine, kernel, () => turnOff(node.name)),
  };
}

function furnish({ machine, root }: SimulatedNode, node: NodeOptions): void {
  makeDirectories(machine.files, machine.name);
  putAt(root, '/root/.ssh/authorized_keys', { kind: 'link', target: '/etc/pve/priv/authorized_keys' });
  if (node.install ?? node.files === undefined) {
    install(machine, node.ip, machine.random);
    putAt(root, '/etc/localtime', { kind: 'link', target: '/usr/share/zoneinfo/Etc/UTC' });
  }
  for (const [path, text] of Object.entries(node.files ?? {})) machine.files.write(path, text);
  for (const [path, bytes] of Object.entries(node.volumes ?? {})) machine.volumes.set(path, bytes);
  bringUpInterfaces(machine);
}

async function realSleep(seconds: number, signal?: AbortSignal): Promise<void> {
  await delay(seconds * 1000, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
