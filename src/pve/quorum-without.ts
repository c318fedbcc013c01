import { corosyncNodes, decodeCorosync, findSection, optionValue } from './corosync.ts';
import { decodeMembers } from './cluster-state.ts';

/** The votes that a cluster would have without one of its nodes. */
export interface VotesLeft {
  readonly votes: number;
  /** That quorum takes. */
  readonly wanted: number;
  /** Members that are offline already. */
  readonly offline: readonly string[];
}

/**
 * Votes of a cluster while a node is down, by `.members` and corosync.conf; undefined where there is no cluster, or
 * nothing can be read. Votes of a quorum device count as there; with two_node one of two nodes is enough (votequorum(5)).
 */
export function votesWithout(
  node: string,
  members: string | undefined,
  corosync: string | undefined,
): VotesLeft | undefined {
  const read = decodeMembers(members ?? '');
  if (corosync === undefined || !('value' in read)) return undefined;
  const config = decodeCorosync(corosync);
  const quorum = findSection(config, 'quorum');
  const device = findSection(config, 'quorum', 'device');
  const deviceVotes = device === undefined ? 0 : Number(optionValue(device, 'votes') ?? 1);
  const voters = corosyncNodes(config).map(({ name, section }) => ({
    name,
    votes: Number(optionValue(section, 'quorum_votes') ?? 1),
  }));
  const isUp = (name: string): boolean => read.value.nodes[name]?.online === true;
  const expected = voters.reduce((sum, { votes }) => sum + votes, deviceVotes);
  const votes = voters
    .filter(({ name }) => name !== node && isUp(name))
    .reduce((sum, each) => sum + each.votes, deviceVotes);
  const isTwoNode = optionValue(quorum, 'two_node') === '1' && voters.length === 2;
  return {
    votes,
    wanted: isTwoNode ? 1 : Math.floor(expected / 2) + 1,
    offline: voters.flatMap(({ name }) => (isUp(name) || name === node ? [] : [name])),
  };
}
