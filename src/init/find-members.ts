import { randomBytes } from 'node:crypto';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { decodeMembers } from '../pve/cluster-state.ts';
import type { Connection } from '../transports/transport.ts';

/** Seconds for the whole answer: two directories of small files. */
const answerSeconds = 15;

/** One node, as its cluster knows it. */
export interface Member {
  readonly name: string;
  /** From `.members`: its address in the cluster's own network. Undefined for a lone node, which needs none. */
  readonly address?: string;
  readonly online: boolean;
  /** The host key by which the other members know it, as "ssh-rsa AAAA..." (nodes/NAME/ssh_known_hosts). */
  readonly recordedKey?: string;
}

/** What one node says of the cluster that it is in. */
export interface FoundCluster {
  /** Undefined for a lone node. */
  readonly name?: string;
  /** PVE's name of the node that was asked. */
  readonly self: string;
  readonly members: readonly Member[];
}

/** Asks a node for the members of its cluster: one exec, which reads files and writes nothing. */
export async function findMembers(node: Node, connection: Connection): Promise<Result<FoundCluster>> {
  const mark = `pvefleet-${randomBytes(8).toString('hex')}`;
  const script = `# pvefleet asks for the members of the cluster
LC_ALL=C; export LC_ALL
echo; echo ${mark}
timeout -s KILL 5 cat /etc/pve/.members 2>/dev/null
echo ${mark}
for file in /etc/pve/nodes/*/ssh_known_hosts; do [ ! -f "$file" ] || { timeout -s KILL 5 cat "$file"; echo; }; done`;
  const answer = await connection.exec(script, { timeoutSeconds: answerSeconds });
  if (!answer.ok) return answer;
  const [, members = '', records = ''] = answer.value.stdout.toString().split(`${mark}\n`);
  const read = decodeMembers(members);
  if (!('value' in read)) return fail(noMembers(node));
  const { nodename, cluster, nodes } = read.value;
  const keys = recordedKeys(records);
  const known = Object.entries(nodes).map(([name, { ip, online }]) => member(name, ip, online, keys));
  return ok({
    ...(cluster !== undefined && { name: cluster.name }),
    self: nodename,
    members: known.length > 0 ? known : [member(nodename, undefined, true, keys)],
  });
}

function member(
  name: string,
  address: string | undefined,
  online: boolean,
  keys: ReadonlyMap<string, string>,
): Member {
  const recordedKey = keys.get(name);
  return {
    name,
    online,
    ...(address !== undefined && { address }),
    ...(recordedKey !== undefined && { recordedKey }),
  };
}

/** Lines "NAME TYPE KEY", one a node. */
function recordedKeys(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').map((line) => /^(\S+) (\S+ \S+)$/u.exec(line.trim()));
  return new Map(
    lines.flatMap((match) => (match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const])),
  );
}

function noMembers(node: Node): Diagnostic {
  return {
    code: 'init/no-members',
    severity: 'error',
    trouble: 'failed',
    host: node.name,
    message: `Cannot find the cluster of ${node.name}: its /etc/pve/.members cannot be read; a Proxmox VE node whose pve-cluster runs is wanted`,
    hint: 'systemctl status pve-cluster',
  };
}
