import { caDaysLeft, writeNodeCertificate } from '../../node/node-certificate.ts';
import type { Parameters } from '../cli/getopt.ts';
import type { Tool } from '../cli/tool.ts';
import { die } from '../failure.ts';
import type { Session, TaskEnd } from '../session.ts';

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

/**
 * `pvecm updatecerts`: with --force a new certificate of the node (pve-cluster, PVE/CLI/pvecm.pm and Cluster/Setup.pm). It
 * prints nothing (cluster-04); a real one waits 80 s for a quorum that is not there. Throws Failure.
 */
function updateCertificates(session: Session, { force, silent }: Parameters): void {
  const { machine } = session;
  if (!machine.cluster.quorate()) {
    const message =
      'got timeout when trying to ensure cluster certificates and base file hierarchy is set up - no quorum (yet) or hung pmxcfs?\n';
    if (silent !== '1') die(message);
    session.warn(message);
    return;
  }
  if (force !== '1') return;
  const daysLeft = caDaysLeft(machine) ?? die('the root certificate can not be read');
  if (daysLeft < 14) die('CA expires in less than 2 weeks, unable to generate certificate.');
  writeNodeCertificate(machine, daysLeft);
}

/** `pvecm`, as far as it looks; making and joining clusters is not modelled. */
export const PVECM: Tool = {
  name: 'pvecm',
  usage: [
    [
      'pvecm add <hostname> [OPTIONS]',
      'pvecm addnode <node> [OPTIONS]',
      'pvecm apiver ',
      'pvecm create <clustername> [OPTIONS]',
      'pvecm delnode <node>',
      'pvecm expected <expected>',
      'pvecm keygen <filename>',
      'pvecm mtunnel [<extra-args>] [OPTIONS]',
      'pvecm nodes ',
      'pvecm qdevice remove ',
      'pvecm qdevice setup <address> [OPTIONS]',
      'pvecm status ',
      'pvecm updatecerts  [OPTIONS]',
    ],
  ],
  aliases: {},
  commands: {
    updatecerts: {
      parameters: {
        force: { type: 'boolean', optional: 1 },
        silent: { type: 'boolean', optional: 1 },
        'unmerge-known-hosts': { type: 'boolean', optional: 1 },
      },
      positional: [],
      run: updateCertificates,
    },
    status: { parameters: {}, positional: [], exitsAsTask: true, run: showStatus },
    nodes: { parameters: {}, positional: [], run: showNodes },
  },
};
