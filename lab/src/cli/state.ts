import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FleetDefinition } from '../fleet/definition.ts';
import type { SavedCluster } from '../fleet/saved.ts';
import type { Lab, LabOptions } from '../lab.ts';
import type { KeyPair } from '../ssh/keys.ts';
import { UsageError } from './flags.ts';

/** What a lab keeps in its directory from one start to the next. */
interface State {
  readonly fleet: FleetDefinition;
  readonly clientKey: KeyPair;
  readonly hosts: Readonly<Record<string, { readonly port: number; readonly hostKey: KeyPair }>>;
  readonly clusters: readonly SavedCluster[];
}

const FILE = 'state.json';

/** Where a lab's files are. */
export interface LabPaths {
  readonly key: string;
  readonly knownHosts: string;
  readonly inventory: string;
}

/** Options for a lab that goes on where its directory's last one ended; empty where there was none. Throws UsageError. */
export function loadState(directory: string, fleet: FleetDefinition): Partial<LabOptions> {
  let text: string;
  try {
    text = readFileSync(join(directory, FILE), 'utf8');
  } catch {
    return {};
  }
  const state = parseState(text);
  if (state === undefined)
    throw new UsageError(
      `Cannot read ${join(directory, FILE)}: it is no state of a lab; remove it to start anew.`,
    );
  if (namesOf(state.fleet) !== namesOf(fleet)) {
    throw new UsageError(
      `Cannot use the state in ${directory}: it is of the fleet ${namesOf(state.fleet)}, not of ${namesOf(fleet)}.`,
    );
  }
  const hosts = Object.entries(state.hosts);
  return {
    clientKey: state.clientKey,
    hostKeys: new Map(hosts.map(([host, { hostKey }]) => [host, hostKey])),
    ports: new Map(hosts.map(([host, { port }]) => [host, port])),
    saved: state.clusters,
  };
}

/** Keeps a lab's keys, ports and files; a reader sees the old file or the new one. */
export function saveState(directory: string, fleet: FleetDefinition, lab: Lab): void {
  const state: State = {
    fleet,
    clientKey: lab.clientKey,
    hosts: Object.fromEntries(lab.nodes.map(({ host, port, hostKey }) => [host, { port, hostKey }])),
    clusters: lab.save(),
  };
  const path = join(directory, FILE);
  writeFileSync(`${path}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Writes key, known_hosts and inventory. `inventory` is a path of the user's own, or in the directory. */
export function writeLabFiles(directory: string, lab: Lab, inventory: string | undefined): LabPaths {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const paths = {
    key: join(directory, 'id_ed25519'),
    knownHosts: join(directory, 'known_hosts'),
    inventory: inventory ?? join(directory, 'inventory.yml'),
  };
  rmSync(paths.key, { force: true });
  writeFileSync(paths.key, lab.clientKey.privateKey, { mode: 0o600 });
  writeFileSync(`${paths.key}.pub`, `${lab.clientKey.publicKey}\n`);
  writeFileSync(paths.knownHosts, lab.knownHostsText());
  writeFileSync(paths.inventory, lab.inventoryText(paths.key, paths.knownHosts));
  return paths;
}

function namesOf({ clusters }: FleetDefinition): string {
  return clusters
    .map(({ name, nodes }) => `${name ?? 'lone'}(${nodes.map(({ host }) => host).join(' ')})`)
    .join(' ');
}

function parseState(text: string): State | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isState(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The lab wrote the file itself; this tells it from another program's. */
function isState(value: unknown): value is State {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['fleet', 'clientKey', 'hosts', 'clusters'].every((key) => key in value)
  );
}
