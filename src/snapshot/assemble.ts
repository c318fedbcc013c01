import type { Diagnostic } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import type { Group } from './group-answers.ts';
import { bestAnswer, groupAnswers, sameNode } from './group-answers.ts';
import { secretSalt } from './probe.ts';
import type { Membership, NodeAnswer } from './read-answer.ts';
import type { NodeState, Snapshot, Unknown } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';
import type { Survey } from './survey.ts';

/** One host a cluster whose tree none of its answers held, though it could be read. */
export function hostsToAskAgain(nodes: readonly Node[], answers: readonly NodeAnswer[]): readonly string[] {
  return groupAnswers(answers.filter(isOfFleet(nodes))).flatMap((group) => {
    const best = bestAnswer(group);
    return best === undefined || best.etcPve !== 'read' || group.some(({ tree }) => tree !== undefined)
      ? []
      : [best.host];
  });
}

/** Not of this machine, which playbooks may use as a host (inventory/localhost.ts), and which may be a node of the fleet too. */
function isOfFleet(nodes: readonly Node[]): (answer: NodeAnswer) => boolean {
  const others = new Set(nodes.filter(({ isImplicit }) => isImplicit).map(({ name }) => name));
  return ({ host }) => !others.has(host);
}

/** Puts the answers of all nodes together: one snapshot a cluster or lone node. Pure. */
export function assembleSurvey(
  nodes: readonly Node[],
  answers: readonly NodeAnswer[],
  failures: readonly Diagnostic[],
  leftOut: readonly Node[] = [],
): Survey {
  const troubles: Diagnostic[] = [...failures];
  const isFleets = isOfFleet(nodes);
  const named = groupAnswers(answers.filter(isFleets)).map((group) => {
    const unique = withoutDoubles(group, troubles);
    for (const answer of unique)
      if (isUnknown(answer.etcPve)) troubles.push(notReadable(answer, answer.etcPve));
    return { group: unique, name: nameOf(unique, nodes, troubles) };
  });
  const clusters: Snapshot[] = [];
  for (const { group, name } of named) {
    const namesakes = named.filter((other) => other.name === name);
    if (namesakes.length > 1)
      troubles.push(
        ...group.map((answer) =>
          sameName(
            answer,
            name,
            namesakes.map((other) => other.group),
          ),
        ),
      );
    else clusters.push(snapshotOf(group, name, nodes, failures, leftOut));
  }
  for (const { host, node, state, ownFiles } of answers.filter((answer) => !isFleets(answer))) {
    const etcPve = { unknown: `${host} is asked as no node of Proxmox VE` };
    clusters.push(snapshotOf([{ host, node, state, ownFiles, etcPve }], host, nodes, failures, leftOut));
  }
  return { clusters: clusters.sort((a, b) => (a.cluster < b.cluster ? -1 : 1)), unreachable: troubles };
}

/** The first answer of each node; a second host that is the same node is told of. */
function withoutDoubles(group: Group, troubles: Diagnostic[]): Group {
  const unique: NodeAnswer[] = [];
  for (const answer of group) {
    const first = unique.find(({ node }) => node === answer.node);
    if (first === undefined) unique.push(answer);
    else troubles.push(double(answer, first));
  }
  return unique;
}

function double(answer: NodeAnswer, first: NodeAnswer): Diagnostic {
  const where =
    answer.clusterName === undefined ? answer.node : `${answer.node} of cluster ${answer.clusterName}`;
  const what = sameNode(answer, first) ? 'are the same node' : 'are two machines that both say they are';
  return {
    code: 'survey/same-node',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot tell ${answer.host} from ${first.host}: they ${what}, ${where}; each host of the inventory must be a node of its own`,
    host: answer.host,
    hint: `Take ${answer.host} or ${first.host} out of the inventory.`,
  };
}

function notReadable({ host, state }: NodeAnswer, { unknown }: Unknown): Diagnostic {
  if (/^user \S+, who is not root,/u.test(unknown))
    return {
      code: 'survey/not-root',
      severity: 'error',
      trouble: 'failed',
      message: `Cannot read /etc/pve of ${host}: ${unknown}; root is wanted`,
      host,
      hint: 'Become root with -b, or by "ansible_become: true" in the inventory: pvefleet docs inventory',
    };
  const noPve = isUnknown(state.versions) ? `, and ${state.versions.unknown}` : '';
  return {
    code: 'survey/etc-pve',
    severity: 'error',
    trouble: 'failed',
    message: `Cannot read /etc/pve of ${host}: ${unknown}${noPve}; wanted is what a running pve-cluster shows there`,
    host,
    hint:
      noPve === ''
        ? `Look at the service: pvefleet exec ${host} -- systemctl status pve-cluster`
        : `If ${host} is no Proxmox VE node, take it out of the inventory.`,
  };
}

/** `pvefleet_cluster` of one of its hosts, else PVE's name of the cluster, else the name of the lone node. */
function nameOf(group: Group, nodes: readonly Node[], troubles: Diagnostic[]): string {
  for (const answer of group) {
    const node = nodes.find(({ name }) => name === answer.host);
    const name = node?.variables['pvefleet_cluster'];
    if (name === undefined) continue;
    if (typeof name === 'string' && /^[^/@\s]+$/u.test(name)) return name;
    troubles.push({
      code: 'survey/cluster-name',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot name a cluster ${JSON.stringify(name)}: pvefleet_cluster of ${answer.host} is no name; wanted is a word without "/", "@" and spaces`,
      host: answer.host,
      ...(node?.at && { at: node.at }),
    });
  }
  const first = group[0];
  return first?.clusterName ?? first?.node ?? '';
}

function sameName(answer: NodeAnswer, name: string, groups: readonly Group[]): Diagnostic {
  const others = groups
    .filter((group) => !group.includes(answer))
    .flatMap((group) => group.map(({ host }) => host));
  return {
    code: 'survey/same-name',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot tell two clusters named "${name}" apart: ${answer.host} is in one, ${others.join(', ')} in another; their names must differ`,
    host: answer.host,
    hint: `Give one another name in the inventory: "pvefleet_cluster: ${name}-2" for all hosts of it.`,
  };
}

function snapshotOf(
  group: Group,
  cluster: string,
  nodes: readonly Node[],
  failures: readonly Diagnostic[],
  leftOut: readonly Node[],
): Snapshot {
  const best = bestAnswer(group);
  const members: Membership['nodes'] = best?.membership?.nodes ?? {};
  const names = [...Object.keys(members), ...group.map(({ node }) => node)];
  const states = [...new Set(names)].sort().map((name): [string, NodeState | Unknown] => {
    const state = group.find(({ node }) => node === name)?.state;
    return [
      name,
      state ?? { unknown: whyAbsent(name, members[name]?.ip, cluster, nodes, failures, leftOut) },
    ];
  });
  const tree = best?.tree ?? group.find((answer) => answer.tree !== undefined)?.tree;
  return {
    cluster,
    ...(best?.membership && { quorate: best.membership.quorate }),
    nodes: Object.fromEntries(states),
    files: tree?.files ?? { unknown: whyNoTree(group) },
    ...nodeFilesOf(group),
    digests: tree?.digests ?? {},
    secretSalt,
  };
}

function nodeFilesOf(group: Group): Pick<Snapshot, 'nodeFiles'> {
  const read = group.filter(({ ownFiles }) => Object.keys(ownFiles).length > 0);
  return read.length === 0
    ? {}
    : { nodeFiles: Object.fromEntries(read.map(({ node, ownFiles }) => [node, ownFiles])) };
}

/** Why a member has no state: its host failed, or none of the inventory is it. */
function whyAbsent(
  name: string,
  ip: string | undefined,
  cluster: string,
  nodes: readonly Node[],
  failures: readonly Diagnostic[],
  leftOut: readonly Node[],
): string {
  const isMember = (node: Node): boolean =>
    node.connection.host === ip || node.name === name || node.connection.host === name;
  const host = nodes.find((node) => node.connection.host === ip) ?? nodes.find(isMember);
  const failure = failures.find((each) => each.host !== undefined && each.host === host?.name);
  if (failure?.host !== undefined) return `${hostPhrase(failure.host)} (${failure.message})`;
  const notAsked = leftOut.find(isMember);
  if (notAsked !== undefined) return `host ${notAsked.name} ${leftOutPhrase}`;
  const example = ip === undefined ? name : `${name} with ansible_host ${ip}`;
  return `no host that was asked is node ${name} of ${cluster} (add it to the inventory: ${example})`;
}

const leftOutPhrase = "was not asked (--limit, or the command's hosts, leave it out)";

/** Whether a member is unknown because the command was not meant for its host. */
export function wasLeftOut({ unknown }: Unknown): boolean {
  return unknown.endsWith(leftOutPhrase);
}

function hostPhrase(host: string): string {
  return `host ${host} gave no answer`;
}

/** Whether a member is unknown because that host of the inventory failed. */
export function namesHost({ unknown }: Unknown, host: string): boolean {
  return unknown.startsWith(`${hostPhrase(host)} (`);
}

function whyNoTree(group: Group): string {
  return group
    .map(({ host, etcPve }) =>
      isUnknown(etcPve)
        ? `/etc/pve of ${host} could not be read (${etcPve.unknown})`
        : `${host} did not send it`,
    )
    .join(', ');
}
