import { simulateCluster, type SimulatedCluster } from '../cluster.ts';
import type { Machine, QemuPart, Traits } from '../machine.ts';
import { pveCommands } from '../pve/commands.ts';
import { ROOT_ENV, type Shell } from '../shell/run.ts';
import { createShell } from '../shell/shell.ts';
import type { Recording, Step } from './recording.ts';
import { seedImages } from './seed-images.ts';
import { seedKeys } from './seed-keys.ts';

/** The nodes of a recording, simulated as they were before its first step. */
export interface Stage {
  readonly machines: ReadonlyMap<string, Machine>;
  /** Does something that changes /etc/pve without its being counted there. */
  readonly uncounted: (act: () => void) => void;
  readonly run: (
    step: Step,
  ) => Promise<{ readonly exit: number; readonly stdout: string; readonly stderr: string }>;
}

/** What the recordings' machine had: no KVM, two CPUs, VMs without a system, neither LVM nor file servers. */
const TRAITS = {
  kvm: false,
  cpus: 2,
  memory: 25_274_793_984,
  pve: '9',
  guestsAnswer: false,
  fileSystem: 'overlay',
  blockStorage: false,
  confined: true,
  network: 'foreign',
  servers: [],
  copySpeed: 1024 ** 2,
} as const;
/** By words of a recording's `fidelity`: what its QEMU had not. */
const LACKING: readonly (readonly [RegExp, QemuPart])[] = [
  [/naming zeroinit/, 'zeroinit'],
  [/qemu-img dd lacks/, 'dd'],
  [/throttle node without file child/, 'mirror'],
  [/lacks query-savevm/, 'savevm'],
];

function traitsOf({ fidelity }: Recording): Partial<Traits> {
  const qemuLacks = LACKING.flatMap(([words, part]) => (words.test(fidelity) ? [part] : []));
  const network = fidelity.includes('version check patched out') ? 'withoutVlans' : TRAITS.network;
  return { ...TRAITS, network, qemuLacks: new Set(qemuLacks) };
}

/** The key of root that every PVE node has; recordings leave it out. */
const PUBLIC_KEY = `AAAAB3NzaC1yc2EAAAADAQABAAABgQ${'C'.repeat(340)}`;
const BEGIN = 1795457000;

/** Builds the nodes. Time passes while a command waits, and until the recorded one had ended. */
export function buildStage(recording: Recording): Stage {
  const traits = traitsOf(recording);
  let now = BEGIN;
  /** When the next step was run there, counted from when this one is here. */
  let due = BEGIN;
  const clock = (): number => Math.floor(now);
  const sleep = async (seconds: number): Promise<void> => void (now += seconds);
  const common = { clock, sleep, seed: 1 };
  const option = (
    name: string,
  ): {
    name: string;
    ip: string;
    files: Record<string, string>;
    volumes: Record<string, number>;
    traits: Partial<Traits>;
  } => {
    const start = recording.start[name];
    const ip = addressOf(start?.files['/etc/network/interfaces'] ?? '');
    return {
      name,
      ip,
      files: {
        '/root/.ssh/id_rsa.pub': `ssh-rsa ${PUBLIC_KEY} root@${name}\n`,
        ...start?.files,
        ...Object.fromEntries((start?.run ?? []).map((path) => [path, ''])),
      },
      volumes: volumesOf(start?.volumes ?? []),
      traits,
    };
  };
  const corosync = Object.values(recording.start)
    .map((state) => state.files['/etc/pve/corosync.conf'])
    .find((text) => text !== undefined);
  const cluster = /cluster_name:\s*(\S+)/.exec(corosync ?? '')?.[1];
  const clusters: readonly SimulatedCluster[] =
    cluster === undefined
      ? recording.nodes.map((name) => simulateCluster({ ...common, nodes: [option(name)] }))
      : [simulateCluster({ ...common, name: cluster, nodes: recording.nodes.map(option) })];
  const nodes = clusters.flatMap((one) => one.nodes);
  const shells = new Map<string, Shell>(
    nodes.map((node) => [node.machine.name, createShell(node, pveCommands)]),
  );
  const machines = new Map(nodes.map((node) => [node.machine.name, node.machine]));
  for (const step of recording.steps) makeFolders(machines.get(step.node), step);
  return {
    machines,
    uncounted: (act) => clusters.reduce<() => void>((inner, one) => () => one.uncounted(inner), act)(),
    run: async (step) => {
      now = Math.max(now, due);
      due = now + Math.max(1, step.seconds);
      const shell = shells.get(step.node);
      if (shell === undefined)
        return { exit: 255, stdout: '', stderr: `pvefleet-lab: the recording has no node ${step.node}\n` };
      const machine = machines.get(step.node);
      if (machine !== undefined) {
        seedImages(machine, step);
        seedKeys(machine, step);
      }
      const ran = await shell({
        command: step.argv.map(quote).join(' '),
        stdin: Buffer.from(step.stdin, 'utf8'),
        env: { ...ROOT_ENV, LC_ALL: 'C' },
        signal: new AbortController().signal,
      });
      return { exit: ran.exit, stdout: ran.stdout.toString('utf8'), stderr: ran.stderr.toString('utf8') };
    },
  };
}

function addressOf(interfaces: string): string {
  return /^\s*address\s+([\d.]+)/m.exec(interfaces)?.[1] ?? '10.10.10.11';
}

function volumesOf(entries: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    entries.map((entry) => [
      entry.slice(0, entry.lastIndexOf(' ')),
      Number(entry.slice(entry.lastIndexOf(' ') + 1)),
    ]),
  );
}

function quote(word: string): string {
  return /^[A-Za-z0-9_\-+=.,:/@%]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Recordings show no empty directories: those below /mnt that something is put into, or that are mapped, were there. */
function makeFolders(machine: Machine | undefined, step: Step): void {
  const mapped = step.exit === 0 ? step.argv.map((word) => /,path=(\/mnt\/[^,]+)$/.exec(word)?.[1]) : [];
  const filled = step.volumes.added.map((entry) => /^(\/mnt\/[^/]+)\//.exec(entry)?.[1]);
  for (const folder of [...mapped, ...filled])
    if (folder !== undefined && machine?.files.exists(folder) === false) machine.files.makeDirectory(folder);
}
