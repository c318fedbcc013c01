import pLimit from 'p-limit';
import type { Node } from '../inventory/node.ts';
import type { AskSecret } from './surroundings.ts';

/** The password to log in to a node with; undefined when there is none and nobody can be asked. */
export type FindPassword = (node: Node) => Promise<string | undefined>;

/** For nodes, and for the jump hosts before them: these are not told the nodes' passwords. */
export interface Passwords {
  readonly ofNode: FindPassword;
  readonly ofJumpHost: FindPassword;
}

/** The inventory's password, or one that the user is asked for: for nodes once for each name to log in with, for jump hosts once for each. */
export function createPasswords(ask: AskSecret | undefined): Passwords {
  const asked = new Map<string, Promise<string | undefined>>();
  const askOnce = async (key: string, question: string): Promise<string | undefined> => {
    if (ask === undefined) return undefined;
    const answer = asked.get(key) ?? ask(question);
    asked.set(key, answer);
    return answer;
  };
  return {
    ofNode: async ({ name, connection: { password, user } }) =>
      password === undefined
        ? askOnce(
            `node ${user}`,
            `Password of ${user} (asked for by ${name}; for all nodes that take no key): `,
          )
        : password(),
    ofJumpHost: async ({ name, connection: { user, host, port } }) =>
      askOnce(`jump host ${user}@${host}:${port}`, `Password of ${user} at the jump host ${name}: `),
  };
}

/** One question at a time, so that two nodes' questions do not mix on a terminal. */
export function oneAtATime(ask: AskSecret): AskSecret {
  const turn = pLimit(1);
  return (question) => turn(() => ask(question));
}
