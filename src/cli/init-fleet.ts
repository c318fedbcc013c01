import { join, relative, resolve } from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import { findMembers, type FoundCluster, type Member } from '../init/find-members.ts';
import { type HostKeyRow, hostKeyRow, rowCells, rowJson } from '../init/host-key-rows.ts';
import { inventoryText } from '../init/inventory-text.ts';
import { type Scanned, scanKeys, type WatchedTransport } from '../init/scan-keys.ts';
import { addKnownHosts, inventoryInTheWay, writeInventory } from '../init/write-files.ts';
import { foldNodeSet } from '../inventory/node-set.ts';
import type { Node } from '../inventory/node.ts';
import { columns } from '../text/columns.ts';
import type { JumpHost } from '../transports/jump-hosts.ts';
import { createSshTransport } from '../transports/ssh.ts';
import { ownSurroundings } from '../transports/surroundings.ts';
import { asker } from './connect.ts';
import type { InitContext } from './init.ts';

/** From one node to an inventory of its cluster; gives what went wrong. */
export async function initFleet(context: InitContext, target: JumpHost): Promise<readonly Diagnostic[]> {
  const { flags, stdout } = context;
  const files = filesIn(flags.output);
  const nodeAt = makeNode(context, target, files.knownHosts);
  const transport: WatchedTransport = (seeHostKey) =>
    createSshTransport({ ...ownSurroundings(asker(context)), seeHostKey });
  const seed = nodeAt(target.host, target.host);

  const [first] = await scanKeys([[{ name: target.host, online: true }, seed]], transport, flags.timeout);
  if (first === undefined) return [];
  const refused = await accept(context, [first], files.knownHosts);
  if (refused.length > 0) return refused;
  const connected = await transport(() => undefined).connect(seed, { timeoutSeconds: flags.timeout });
  if (!connected.ok) return connected.diagnostics;
  const found = await findMembers(seed, connected.value);
  await connected.value.close();
  if (!found.ok) return found.diagnostics;

  const members = found.value.members.map((member): readonly [Member, Node] => {
    const address = member.name === found.value.self ? target.host : (member.address ?? member.name);
    return [member, nodeAt(member.name, address)];
  });
  const inventory = files.inventory(found.value.name ?? found.value.self);
  const text = inventoryOf(context, found.value, members, target);
  const inTheWay = flags.force ? undefined : await inventoryInTheWay(inventory, text);
  if (inTheWay !== undefined) return [inTheWay];

  const scanned = await scanKeys(members, transport, flags.timeout);
  if (!flags.json) stdout.write(`${headline(found.value)}\n\n`);
  const notTaken = await accept(context, scanned, files.knownHosts);
  if (notTaken.length > 0) return notTaken;
  const written = await writeInventory(inventory, text);
  if (!written.ok) return written.diagnostics;
  // Once more, now that their keys are accepted: can they be logged in to?
  const tried = await scanKeys(members, transport, flags.timeout);
  stdout.write(
    flags.json
      ? `${JSON.stringify({ cluster: found.value.name ?? null, inventory, knownHosts: files.knownHosts, hosts: tried.map((each) => rowJson(hostKeyRow(each))) })}\n`
      : closingWords(tried, inventory, files.knownHosts),
  );
  return tried.flatMap(({ problem }) => problem ?? []);
}

/** Shows host keys and asks for those that nobody vouches for; puts the accepted ones into the project's known_hosts. */
async function accept(
  context: InitContext,
  scanned: readonly Scanned[],
  knownHosts: string,
): Promise<readonly Diagnostic[]> {
  const { flags, stdout, stderr } = context;
  const rows = scanned.map(hostKeyRow);
  const dangers = scanned.filter((_, index) => rows[index]?.standing === 'refused');
  if (dangers.length > 0) return dangers.flatMap(({ problem }) => problem ?? []);
  if (rows.every(({ standing }) => standing === 'silent'))
    return scanned.flatMap(({ problem }) => problem ?? []);
  const asked = rows.filter(({ standing }) => standing === 'new' || standing === 'recorded');
  const isNews = asked.length > 0 || rows.length > 1;
  if (!flags.json && isNews) stdout.write(`${keyTable(rows)}\n\n`);
  if (asked.length > 0 && !flags['accept-new']) {
    if (flags.json || !stderr.isTTY) return [nobodyToAsk(asked)];
    const answer = await context.ask(`${question(asked)} Type yes: `);
    if (answer?.trim() !== 'yes') return [notAccepted(asked)];
    stderr.write('\n');
  }
  const added = await addKnownHosts(knownHosts, rows);
  return added.ok ? [] : added.diagnostics;
}

function keyTable(rows: readonly HostKeyRow[]): string {
  return columns([['NODE', 'ADDRESS', 'HOST KEY', 'STANDING'], ...rows.map(rowCells)]).join('\n');
}

function question(asked: readonly HostKeyRow[]): string {
  const news = asked.filter(({ standing }) => standing === 'new').length;
  const advice =
    news > 0
      ? 'Compare a new fingerprint with "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" on the node\'s console.\n'
      : '';
  return `${advice}Accept ${asked.length === 1 ? 'this host key' : `these ${asked.length} host keys`}?`;
}

const headline = ({ name, self, members }: FoundCluster): string =>
  name === undefined
    ? `${self} is in no cluster.`
    : `Cluster ${name} has ${members.length} members: ${foldNodeSet(members.map((member) => member.name))}`;

function closingWords(scanned: readonly Scanned[], inventory: string, knownHosts: string): string {
  const names = (wanted: readonly Scanned[]) => foldNodeSet(wanted.map(({ member }) => member.name));
  const silent = scanned.filter(({ problem }) => problem !== undefined);
  const wrote = `Wrote ${inventory} (${scanned.length} ${scanned.length === 1 ? 'host' : 'hosts'}) and ${knownHosts}.\n`;
  const missing = silent.length > 0 ? `Not logged in to: ${names(silent)}; see below.\n` : '';
  return `${wrote}${missing}Next: pvefleet ping -i ${inventory}\n`;
}

interface Files {
  readonly knownHosts: string;
  inventory(name: string): string;
}

const filesIn = (directory: string): Files => ({
  knownHosts: join(directory, 'known_hosts'),
  inventory: (name) => join(directory, 'inventories', `${name}.yml`),
});

/** Makes nodes that are reached as the first one is, but for their address. */
function makeNode({ flags, env }: InitContext, target: JumpHost, knownHosts: string) {
  const { port, user } = target;
  const own = join(env['HOME'] ?? '', '.ssh/known_hosts');
  const assumed = [
    ...(port === undefined ? (['port'] as const) : []),
    ...(user === undefined ? (['user'] as const) : []),
  ];
  return (name: string, host: string): Node => ({
    name,
    groups: [],
    variables: {},
    connection: {
      host,
      port: port ?? 22,
      user: user ?? 'root',
      ...(flags['private-key'] !== undefined && { keyFile: resolve(flags['private-key']) }),
      knownHosts: [resolve(knownHosts), own, '/etc/ssh/ssh_known_hosts'],
      assumed,
    },
  });
}

function inventoryOf(
  { flags }: InitContext,
  { name, self }: FoundCluster,
  members: readonly (readonly [Member, Node])[],
  { host, port, user }: JumpHost,
): string {
  const directory = resolve(flags.output, 'inventories');
  const keyFile = flags['private-key'];
  const hosts = members.map(([member, node]) => ({ name: member.name, address: node.connection.host }));
  return inventoryText(
    {
      ...(name !== undefined && { cluster: name }),
      hosts,
      knownHosts: relative(directory, resolve(flags.output, 'known_hosts')),
      ...(user !== undefined && { user }),
      ...(port !== undefined && { port }),
      ...(keyFile !== undefined && { keyFile: resolve(keyFile) }),
    },
    `Made by "pvefleet init" from ${host} (${self}).`,
  );
}

function nobodyToAsk(asked: readonly HostKeyRow[]): Diagnostic {
  const [first] = asked;
  const what = asked.length === 1 ? `the host key of ${first?.name}` : `${asked.length} host keys`;
  return {
    code: 'init/no-consent',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot accept ${what}: nobody can be asked without a terminal; consent is wanted`,
    hint: `Compare the ${asked.length === 1 ? `fingerprint ${first?.fingerprint}` : 'fingerprints'}, then give your consent with --accept-new`,
  };
}

function notAccepted(asked: readonly HostKeyRow[]): Diagnostic {
  return {
    code: 'init/no-consent',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot go on without ${asked.length === 1 ? 'this host key' : 'these host keys'}: "yes" is wanted. No inventory was written`,
  };
}
