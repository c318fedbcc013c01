import pLimit from 'p-limit';
import type { Node } from '../inventory/node.ts';
import type { AskSecret } from './surroundings.ts';

/** The password of a node's user; undefined when there is none and nobody can be asked. */
export type FindPassword = (node: Node) => Promise<string | undefined>;

/** The inventory's password, or one that the user is asked for: once for each name to log in with, whatever the nodes. */
export function createPasswords(ask: AskSecret | undefined): FindPassword {
  const asked = new Map<string, Promise<string | undefined>>();
  return async (node) => {
    const { password, user } = node.connection;
    if (password !== undefined) return password();
    if (ask === undefined) return undefined;
    const answer =
      asked.get(user) ??
      ask(`Password of ${user} (asked for by ${node.name}; for all nodes that take no key): `);
    asked.set(user, answer);
    return answer;
  };
}

/** One question at a time, so that two nodes' questions do not mix on a terminal. */
export function oneAtATime(ask: AskSecret): AskSecret {
  const turn = pLimit(1);
  return (question) => turn(() => ask(question));
}
