import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Node } from '../inventory/node.ts';
import type { Verdict } from './known-hosts.ts';
import type { ConfigSource } from './ssh-config/read-config.ts';

/** Asks the user for a secret, which is not shown; undefined when there is no answer. */
export type AskSecret = (question: string) => Promise<string | undefined>;

/** A host key that a server showed, and what the known_hosts files say of it. */
export interface SeenHostKey {
  readonly node: Node;
  /** The name and port that known_hosts is to have it under. */
  readonly knownAs: { readonly host: string; readonly port: number };
  readonly key: Buffer;
  readonly verdict: Verdict;
}

/** What of this machine and its user plays a part in connecting. */
export interface Surroundings {
  /** Socket of the ssh agent, SSH_AUTH_SOCK. */
  readonly agentSocket: string | undefined;
  /** The directory with OpenSSH's default key files, ~/.ssh. */
  readonly directory: string;
  /** OpenSSH's configuration, the stronger file first. */
  readonly configFiles?: readonly ConfigSource[];
  /** Without it nobody can be asked. */
  readonly ask?: AskSecret;
  /** Told each host key before it is trusted or refused; it has no say in that. */
  readonly seeHostKey?: (seen: SeenHostKey) => void;
}

/** The user's own. */
export function ownSurroundings(ask?: AskSecret): Surroundings {
  const home = homedir();
  const directory = join(home, '.ssh');
  return {
    agentSocket: process.env['SSH_AUTH_SOCK'],
    directory,
    configFiles: [
      { path: join(directory, 'config'), directory, home, mustBePrivate: true },
      { path: '/etc/ssh/ssh_config', directory: '/etc/ssh', home, mustBePrivate: false },
    ],
    ...(ask !== undefined && { ask }),
  };
}
