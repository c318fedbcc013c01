import type { Diagnostic, Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { decodeMembers } from '../pve/cluster-state.ts';
import type { Pool } from '../transports/pool.ts';

/** Seconds that pmxcfs has to give one small file; one that hangs must not hang us (pitfall 1). */
const memberSeconds = 5;

/** Seconds for a command in all. */
const commandSeconds = 2 * memberSeconds;

/** A node that answered. Times are of this machine's clock, in milliseconds. */
export interface Pong {
  /** From the first packet of a new connection to the end of the first command. */
  readonly logIn: number;
  /** A second command on the same connection: the way there and back, and the node's shell. */
  readonly answer: number;
  /** Version of pve-manager; undefined where it is not installed. */
  readonly version?: string;
  /** What the node's /etc/pve says of its cluster; undefined when it is not there or does not answer. */
  readonly membership?: Membership;
}

/** A lone node is in no cluster, and always has its own vote. */
export interface Membership {
  readonly cluster?: string;
  readonly quorate: boolean;
}

/** Two small files and no program of PVE's: these cost a second each. */
const script = `# pvefleet asks who this is
LC_ALL=C; export LC_ALL
awk '/^Package: /{name=$2;here=0} /^Status: .* installed$/{here=1} here&&name=="pve-manager"&&/^Version: /{print $2;exit}' /var/lib/dpkg/status
echo ---
timeout -s KILL ${memberSeconds} cat /etc/pve/.members 2>/dev/null
:`;

/** Connects to a node, asks it who it is, and once more for nothing, to tell the connection's own pace. */
export async function pingNode(pool: Pick<Pool, 'exec'>, node: Node): Promise<Result<Pong>> {
  const start = performance.now();
  const asked = await pool.exec(node, script, { timeoutSeconds: commandSeconds });
  const connected = performance.now();
  if (!asked.ok) return asked;
  const again = await pool.exec(node, ':', { timeoutSeconds: commandSeconds });
  if (!again.ok) return again;
  const answered = performance.now();
  return ok({
    logIn: connected - start,
    answer: answered - connected,
    ...readAnswer(asked.value.stdout.toString()),
  });
}

function readAnswer(text: string): Pick<Pong, 'version' | 'membership'> {
  // A log-in shell may print before the script does.
  const [, version = '', members = ''] = /(?:^|\n)?([^\n]*)\n?---\n([\s\S]*)$/u.exec(text) ?? [];
  const read = decodeMembers(members);
  return {
    ...(version !== '' && { version }),
    ...('value' in read && { membership: membershipOf(read.value) }),
  };
}

function membershipOf({ cluster }: { cluster?: { name: string; quorate: boolean } }): Membership {
  return cluster === undefined ? { quorate: true } : { cluster: cluster.name, quorate: cluster.quorate };
}

/** What is wrong with a node though it answers; undefined when nothing is. */
export function ailmentOf(host: string, { version, membership }: Pong): Diagnostic | undefined {
  if (version === undefined)
    return ailment(host, 'ping/no-pve', 'pve-manager is not installed; a Proxmox VE node is wanted');
  if (membership === undefined)
    return ailment(
      host,
      'ping/no-etc-pve',
      `its /etc/pve gave no answer within ${memberSeconds} s; a running pve-cluster is wanted`,
      'systemctl status pve-cluster corosync',
    );
  if (membership.quorate) return undefined;
  return ailment(
    host,
    'ping/no-quorum',
    `it has no quorum in cluster ${membership.cluster ?? ''}; a majority of votes is wanted`,
    'pvecm status',
  );
}

function ailment(host: string, code: string, problem: string, hint?: string): Diagnostic {
  const found = {
    code,
    severity: 'warning',
    trouble: 'failed',
    host,
    message: `Cannot rely on ${host}: ${problem}`,
  } as const;
  return hint === undefined ? found : { ...found, hint };
}
