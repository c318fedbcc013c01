import type { Parameters } from '../cli/getopt.ts';
import type { Tool } from '../cli/tool.ts';
import { die } from '../failure.ts';
import { refuseWithoutQuorum } from '../guest/store.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Session, TaskEnd } from '../session.ts';
import { updateCertificates } from './updatecerts.ts';

const CONF = '/etc/pve/corosync.conf';
const NODE = { type: 'string', format: 'pve-node' };
const FLAG = { type: 'boolean', optional: 1 };

/** Refuses on a node that is in no cluster. Throws Failure. */
function corosyncConf(session: Session): string {
  return (
    session.machine.files.read('/etc/pve/corosync.conf') ??
    die("Error: Corosync config '/etc/pve/corosync.conf' does not exist - is this node part of a cluster?")
  );
}

const PROBLEM: TaskEnd = { failed: true, upid: '' };

/** `pvecm status`: as corosync-quorumtool has it; its exit code tells of a lost quorum. Throws Failure. */
function showStatus(session: Session): TaskEnd | void {
  const conf = corosyncConf(session);
  const { cluster, name, clock } = session.machine;
  const online = cluster.members.filter((member) => cluster.isOnline(member.name));
  const own = cluster.members.find((member) => member.name === name);
  const votes = (members: readonly { readonly votes: number }[]): number =>
    members.reduce((sum, member) => sum + member.votes, 0);
  const expected = votes(cluster.members);
  const quorate = cluster.quorate();
  const present = quorate ? online : online.filter((member) => member.name === name);
  const hex = (id: number): string => `0x${id.toString(16).padStart(8, '0')}`;
  const title = (text: string): string => `${text}\n${'-'.repeat(text.length)}\n`;
  session.print(`${title('Cluster information')}Name:             ${cluster.name}
Config Version:   ${/config_version:\s*(\d+)/.exec(conf)?.[1] ?? '1'}
Transport:        knet
Secure auth:      on

${title('Quorum information')}Date:             ${dateText(clock())}
Quorum provider:  corosync_votequorum
Nodes:            ${present.length}
Node ID:          ${hex(own?.id ?? 1)}
Ring ID:          1.${(present.length * 4 + 1).toString(16)}
Quorate:          ${quorate ? 'Yes' : 'No'}

${title('Votequorum information')}Expected votes:   ${expected}
Highest expected: ${expected}
Total votes:      ${votes(present)}
Quorum:           ${Math.floor(expected / 2) + 1} ${quorate ? ' ' : 'Activity blocked'}
Flags:            ${quorate ? 'Quorate ' : ''}

${title('Membership information')}    Nodeid      Votes Name
${present.map((member) => `${hex(member.id)} ${String(member.votes).padStart(10)} ${member.ip}${member.name === name ? ' (local)' : ''}\n`).join('')}`);
  return quorate ? undefined : PROBLEM;
}

/** As date(1) writes it under C: `Mon Nov 23 18:37:34 2026`. */
function dateText(seconds: number): string {
  const [weekday, , , year] = new Date(seconds * 1000).toUTCString().replace(',', '').split(' ');
  const date = new Date(seconds * 1000);
  const month = date.toUTCString().split(' ')[2];
  return `${weekday} ${month} ${String(date.getUTCDate()).padStart(2)} ${date.toISOString().slice(11, 19)} ${year}`;
}

/** `pvecm nodes`. Throws Failure. */
function showNodes(session: Session): void {
  corosyncConf(session);
  const { cluster, name } = session.machine;
  const rows = cluster.members.filter((member) =>
    cluster.quorate() ? cluster.isOnline(member.name) : member.name === name,
  );
  const lines = rows.map(
    (member) =>
      `${String(member.id).padStart(10)} ${String(member.votes).padStart(10)} ${member.name}${member.name === name ? ' (local)' : ''}\n`,
  );
  session.print(
    `\nMembership information\n----------------------\n    Nodeid      Votes Name\n${lines.join('')}`,
  );
}

/** `pvecm delnode`, as far as it is refused. Throws Failure. */
function removeNode({ machine }: Session, { node = '' }: Parameters): never {
  if (node === machine.name) die('Cannot delete myself from cluster!');
  refuseWithoutQuorum(machine);
  const known =
    machine.files.exists(CONF) && machine.cluster.members.some(({ name, ip }) => [name, ip].includes(node));
  if (!known) die(`Node/IP: ${node} is not a known host of the cluster.`);
  die('pvefleet-lab: taking a node out of a cluster is not modelled');
}

/** `pvecm addnode`, as far as it is refused. Throws Failure. */
function addNode({ machine }: Session, { node = '', force }: Parameters): never {
  refuseWithoutQuorum(machine);
  if (!machine.files.exists(CONF)) die('invalid corosync.conf\nerror0: no nodes found');
  if (force !== '1' && machine.cluster.members.some(({ name }) => name === node))
    die(`can't add existing node '${node}'`);
  die('pvefleet-lab: adding a node to a cluster is not modelled');
}

/** `pvecm create`, as far as it is refused. Throws Failure. */
function createCluster({ machine }: Session): never {
  if (machine.files.exists(CONF)) die(`cluster config '${CONF}' already exists`);
  die('pvefleet-lab: making a cluster is not modelled');
}

/** What keeps a node from joining a cluster (assert_joinable). */
function joinProblems({ machine }: Session): readonly string[] {
  const { files, name } = machine;
  const hasGuests = ['qemu-server', 'lxc'].some(
    (folder) => files.list(`/etc/pve/nodes/${name}/${folder}`).length > 0,
  );
  return [
    ...(files.exists('/etc/corosync/authkey')
      ? ["* authentication key '/etc/corosync/authkey' already exists"]
      : []),
    ...(files.exists(CONF) ? [`* cluster config '${CONF}' already exists`] : []),
    ...(hasGuests ? ['* this host already contains virtual guests'] : []),
  ];
}

/** `pvecm add`: over the API it wants the password of the peer; its own checks don't show in the exit code. */
function joinCluster(session: Session, given: Parameters): void {
  if (given['use_ssh'] !== '1') {
    session.writeError('EOF while reading password\n');
    return;
  }
  const problems = joinProblems(session);
  if (problems.length > 0 && given['force'] !== '1') {
    session.print(`detected the following error(s):\n${problems.map((line) => `${line}\n`).join('')}`);
    session.writeError('Check if node may join a cluster failed!\n');
    return;
  }
  const isThere = [...session.machine.cluster.machines.values()].some(({ cluster }) =>
    cluster.members.some(({ name, ip }) => [name, ip].includes(given['hostname'] ?? '')),
  );
  if (!isThere) session.writeError('unable to copy ssh ID: exit code 1\n');
  else die('pvefleet-lab: joining a cluster is not modelled');
}

/** `pvecm`, as far as it looks or refuses; making and joining clusters is not modelled. */
export const PVECM: Tool = {
  name: 'pvecm',
  usage: [
    ['pvecm qdevice remove ', 'pvecm qdevice setup <address> [OPTIONS]'],
    [
      'pvecm addnode <node> [OPTIONS]',
      'pvecm apiver ',
      'pvecm create <clustername> [OPTIONS]',
      'pvecm delnode <node>',
    ],
    [
      'pvecm add <hostname> [OPTIONS]',
      'pvecm expected <expected>',
      'pvecm keygen <filename>',
      'pvecm mtunnel [<extra-args>] [OPTIONS]',
      'pvecm nodes ',
      'pvecm status ',
      'pvecm updatecerts  [OPTIONS]',
    ],
    ['pvecm help [<extra-args>] [OPTIONS]'],
  ],
  aliases: {},
  commands: {
    updatecerts: {
      parameters: { force: FLAG, silent: FLAG, 'unmerge-known-hosts': FLAG },
      positional: [],
      run: updateCertificates,
    },
    status: { parameters: {}, positional: [], exitsAsTask: true, run: showStatus },
    nodes: { parameters: {}, positional: [], run: showNodes },
    create: {
      parameters: {
        ...parametersOf('POST /cluster/config'),
        clustername: { type: 'string', format: 'pve-node', maxLength: 15 },
      },
      positional: ['clustername'],
      run: createCluster,
    },
    delnode: { parameters: { node: NODE }, positional: ['node'], run: removeNode },
    addnode: {
      parameters: parametersOf('POST /cluster/config/nodes/{node}'),
      positional: ['node'],
      run: addNode,
    },
    add: {
      parameters: {
        hostname: { type: 'string' },
        fingerprint: { type: 'string', pattern: '(?:[A-Fa-f0-9]{2}:){31}[A-Fa-f0-9]{2}', optional: 1 },
        force: FLAG,
        use_ssh: FLAG,
        nodeid: { type: 'integer', minimum: 1, optional: 1 },
        votes: { type: 'integer', minimum: 0, optional: 1 },
        link0: { type: 'string', optional: 1 },
        link1: { type: 'string', optional: 1 },
      },
      positional: ['hostname'],
      run: joinCluster,
    },
    expected: {
      parameters: { expected: { type: 'integer', minimum: 1 } },
      positional: ['expected'],
      run: (session) => {
        corosyncConf(session);
        die('pvefleet-lab: another number of expected votes is not modelled');
      },
    },
    keygen: {
      parameters: { filename: { type: 'string' } },
      positional: ['filename'],
      run: () => die('pvefleet-lab: keys of corosync are not modelled'),
    },
    mtunnel: {
      parameters: {
        get_migration_ip: FLAG,
        migration_network: { type: 'string', optional: 1 },
        'run-command': FLAG,
      },
      positional: ['extra-args'],
      run: (session, given, extra) => {
        if (Object.keys(given).length > 0 || extra.length > 0)
          die('pvefleet-lab: tunnels of migrations are not modelled');
        session.print('tunnel online\n');
      },
    },
    'qdevice remove': {
      parameters: {},
      positional: [],
      run: (session) => {
        corosyncConf(session);
        die('No QDevice configured!');
      },
    },
  },
};
