import type { Node } from '../inventory/node.ts';
import type { NodeAnswer } from './read-answer.ts';

/**
 * The hosts that may be nodes of the clusters that these answers are of, and are not among the answers: by address, or by
 * the first part of a name. All of them, when no host fits a node: the inventory may call it as it likes.
 */
export function membersAmong(hosts: readonly Node[], answers: readonly NodeAnswer[]): readonly Node[] {
  const missing = answers
    .flatMap(({ membership }) => Object.entries(membership?.nodes ?? {}))
    .filter(([name]) => !answers.some(({ node }) => node === name));
  const fitting = missing.map(([name, { ip }]) => hosts.filter((host) => mayBe(host, name, ip)));
  if (fitting.some((found) => found.length === 0)) return hosts;
  return hosts.filter((host) => fitting.some((found) => found.includes(host)));
}

function mayBe({ name, connection }: Node, node: string, ip: string | undefined): boolean {
  return connection.host === ip || [name, connection.host].some((each) => each.split('.')[0] === node);
}
