import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Traits } from '../machine.ts';

/** A fleet to simulate: clusters, and lone nodes as clusters without a name. */
export interface FleetDefinition {
  readonly clusters: readonly ClusterDefinition[];
}

export interface ClusterDefinition {
  readonly name: string | undefined;
  readonly nodes: readonly NodeDefinition[];
}

export interface NodeDefinition {
  readonly name: string;
  /** Its name in the inventory: unlike `name` it is unique in the fleet. */
  readonly host: string;
  readonly ip: string;
  /** Where its SSH server listens, on a free port; default: 127.0.0.1. */
  readonly address?: string;
  readonly traits: Partial<Traits>;
}

/** Fleets that need no file. */
const NAMED: Readonly<Record<string, unknown>> = {
  lab: { clusters: { lab: ['pve1', 'pve2', 'pve3'] } },
  lone: { nodes: ['pve'] },
  sites: { clusters: { north: ['n1', 'n2', 'n3'], south: ['s1', 's2', 's3'] }, nodes: ['edge'] },
};

/** The same fleet, each node with an address of its own under 127.0.0.0/8, which is also the one that its cluster knows. */
export function withOwnAddresses({ clusters }: FleetDefinition): FleetDefinition {
  return {
    clusters: clusters.map(({ name, nodes }) => ({
      name,
      nodes: nodes.map((node) => {
        const address = node.ip.replace(/^\d+/, '127');
        return { ...node, ip: address, address };
      }),
    })),
  };
}

/** The names that `--fleet` knows. */
const FLEET_NAMES: readonly string[] = Object.keys(NAMED);

/** One cluster `lab` of pve1, pve2, ...; a single node is a lone one. */
export function plainFleet(count: number, pve: Traits['pve']): FleetDefinition {
  const names = Array.from({ length: count }, (_, index) => `pve${index + 1}`);
  return toFleet(count === 1 ? { nodes: names } : { clusters: { lab: names } }, pve);
}

/**
 * A fleet by its name or from a YAML file: `clusters:` maps a cluster's name to its nodes' names, `nodes:` lists lone nodes; a node is a name
 * or `{name, host, version, cpus, kvm, copy}`; `copy` is how many MiB a second its copies of
 * disks, backups and migrations move. Throws with a sentence for the user.
 */
export function readFleet(nameOrFile: string, pve: Traits['pve']): FleetDefinition {
  const named = NAMED[nameOrFile];
  if (named !== undefined) return toFleet(named, pve);
  let text: string;
  try {
    text = readFileSync(nameOrFile, 'utf8');
  } catch {
    throw new Error(
      `Cannot use the fleet ${nameOrFile}: there is no such file; it can also be one of ${FLEET_NAMES.join(', ')}`,
    );
  }
  try {
    return toFleet(parse(text), pve);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot use the fleet ${nameOrFile}: ${why}`, { cause: error });
  }
}

function toFleet(value: unknown, pve: Traits['pve']): FleetDefinition {
  if (!isRecord(value)) throw new Error('it is no mapping; wanted `clusters:` and `nodes:`');
  const unknown = Object.keys(value).find((key) => !['clusters', 'nodes'].includes(key));
  if (unknown !== undefined)
    throw new Error(`it has the key ${unknown}; wanted \`clusters:\` and \`nodes:\``);
  const clusters = isRecord(value['clusters']) ? Object.entries(value['clusters']) : [];
  const lone = Array.isArray(value['nodes']) ? value['nodes'] : [];
  const all = [
    ...clusters.map(([name, nodes], index) => ({ name, nodes: toNodes(nodes, index, pve) })),
    ...lone.map((node, index) => ({ name: undefined, nodes: toNodes([node], clusters.length + index, pve) })),
  ];
  if (all.length === 0) throw new Error('it has no nodes');
  const hosts = all.flatMap(({ nodes }) => nodes.map(({ host }) => host));
  const twice = hosts.find((host, index) => hosts.indexOf(host) !== index);
  if (twice !== undefined) throw new Error(`two nodes are ${twice}; give one of them another \`host:\``);
  return { clusters: all };
}

function toNodes(value: unknown, site: number, pve: Traits['pve']): NodeDefinition[] {
  if (!Array.isArray(value)) throw new Error('a cluster is a list of nodes');
  return value.map((node: unknown, index) => {
    const ip = `10.10.${10 + site}.${11 + index}`;
    if (typeof node === 'string') return { name: node, host: node, ip, traits: { pve } };
    if (!isRecord(node) || typeof node['name'] !== 'string')
      throw new Error('a node is a name, or a mapping with `name:`');
    const { name, host, version, cpus, kvm, copy } = node;
    return {
      name,
      host: typeof host === 'string' ? host : name,
      ip,
      traits: {
        pve: versionOf(version) ?? pve,
        ...(typeof cpus === 'number' ? { cpus } : {}),
        ...(typeof kvm === 'boolean' ? { kvm } : {}),
        ...(typeof copy === 'number' && copy > 0 ? { copySpeed: copy } : {}),
      },
    };
  });
}

/** A node's `version:`, written as 8, 9, "8.4" or so. */
function versionOf(version: unknown): Traits['pve'] | undefined {
  const text = typeof version === 'number' || typeof version === 'string' ? String(version) : '';
  const [, major] = /^([89])(\.|$)/.exec(text) ?? [];
  if (major === undefined && version !== undefined)
    throw new Error(`it has the version ${JSON.stringify(version)}; wanted 8 or 9`);
  return major === '8' ? '8' : major === '9' ? '9' : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
