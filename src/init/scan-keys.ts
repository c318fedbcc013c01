import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { knownHostName } from '../transports/known-hosts.ts';
import type { SeenHostKey } from '../transports/surroundings.ts';
import type { Transport } from '../transports/transport.ts';
import type { Member } from './find-members.ts';

/** What a member showed when it was connected to. */
export interface Scanned {
  readonly member: Member;
  readonly node: Node;
  /** Undefined when it did not come so far. */
  readonly seen?: SeenHostKey;
  /** Only the cluster's own record vouches for the key. */
  readonly recorded: boolean;
  /** Why nobody is logged in; undefined when the log-in went well. */
  readonly problem?: Diagnostic;
}

/** Makes a transport that tells every host key that it is shown. */
export type WatchedTransport = (seeHostKey: (seen: SeenHostKey) => void) => Transport;

/**
 * Connects to each member for its host key. The cluster's own record counts as known_hosts here, so that a member is
 * asked for the very key that the record has, and one that shows another is found.
 */
export async function scanKeys(
  members: readonly (readonly [Member, Node])[],
  makeTransport: WatchedTransport,
  timeoutSeconds: number,
): Promise<readonly Scanned[]> {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-init-'));
  try {
    const records = join(directory, 'known_hosts');
    await writeFile(records, members.map(([member, node]) => recordLine(member, node)).join(''));
    return await Promise.all(
      members.map(([member, node]) => scan([member, node], records, makeTransport, timeoutSeconds)),
    );
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function scan(
  [member, node]: readonly [Member, Node],
  records: string,
  makeTransport: WatchedTransport,
  timeoutSeconds: number,
): Promise<Scanned> {
  const shown = await show(withKnownHosts(node, records), makeTransport, timeoutSeconds);
  const recorded = shown.seen?.verdict.kind === 'known' && shown.seen.verdict.known.file === records;
  if (!recorded) return { member, node, ...shown, recorded };
  // What the cluster records is no word against a known_hosts file that has another key.
  const without = await show(node, makeTransport, timeoutSeconds);
  const contradicted = without.seen !== undefined && without.seen.verdict.kind !== 'unknown';
  return contradicted
    ? { member, node, ...without, recorded: false }
    : { member, node, ...shown, recorded: true };
}

/** Connects once, and no further than it is trusted. */
async function show(
  node: Node,
  makeTransport: WatchedTransport,
  timeoutSeconds: number,
): Promise<Pick<Scanned, 'seen' | 'problem'>> {
  let seen: SeenHostKey | undefined;
  const transport = makeTransport((shown) => {
    if (shown.node.name === node.name) seen = shown;
  });
  const connected = await transport.connect(node, { timeoutSeconds });
  if (connected.ok) await connected.value.close();
  const problem = connected.ok ? undefined : connected.diagnostics[0];
  return { ...(seen !== undefined && { seen }), ...(problem !== undefined && { problem }) };
}

function recordLine({ recordedKey }: Member, { connection: { host, port } }: Node): string {
  return recordedKey === undefined ? '' : `${knownHostName(host, port)} ${recordedKey}\n`;
}

function withKnownHosts(node: Node, file: string): Node {
  const { connection } = node;
  return { ...node, connection: { ...connection, knownHosts: [...connection.knownHosts, file] } };
}
