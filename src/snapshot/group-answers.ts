import type { NodeAnswer } from './read-answer.ts';

/** Answers of one cluster, or of one lone node. */
export type Group = readonly NodeAnswer[];

/**
 * Which answers come from the same cluster. A name is not enough, two sites may both have a "prod":
 * one must also list the other as a member, under the same address.
 */
export function groupAnswers(answers: readonly NodeAnswer[]): readonly Group[] {
  const groups: NodeAnswer[][] = [];
  // Those that know their members first: they draw in the others.
  for (const answer of [...answers].sort(
    (a, b) => Number(b.membership !== undefined) - Number(a.membership !== undefined),
  )) {
    const group = groups.find((others) => others.some((other) => sameCluster(other, answer)));
    if (group === undefined) groups.push([answer]);
    else group.push(answer);
  }
  return groups;
}

function sameCluster(a: NodeAnswer, b: NodeAnswer): boolean {
  if (a.clusterName === undefined || b.clusterName === undefined)
    return a.clusterName === b.clusterName && sameNode(a, b);
  if (a.clusterName !== b.clusterName) return false;
  return lists(a, b) || lists(b, a) || sameNode(a, b);
}

/** The same machine under two inventory names. */
export function sameNode(a: NodeAnswer, b: NodeAnswer): boolean {
  return a.node === b.node && a.state.bootId === b.state.bootId;
}

function lists(a: NodeAnswer, b: NodeAnswer): boolean {
  const seen = a.membership?.nodes[b.node];
  const own = b.membership?.nodes[b.node];
  return seen !== undefined && (own === undefined || own.ip === seen.ip);
}

/** The answer that knows the cluster best: with the tree, then quorate, then by the lowest id. */
export function bestAnswer(group: Group): NodeAnswer | undefined {
  return [...group].sort((a, b) => worth(b) - worth(a) || idOf(a) - idOf(b))[0];
}

function worth({ tree, membership, etcPve }: NodeAnswer): number {
  return (membership?.quorate === true ? 4 : 0) + (tree !== undefined ? 2 : 0) + (etcPve === 'read' ? 1 : 0);
}

function idOf({ node, membership }: NodeAnswer): number {
  return membership?.nodes[node]?.id ?? Number.MAX_SAFE_INTEGER;
}
