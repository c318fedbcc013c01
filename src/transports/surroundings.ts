import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { ConfigSource } from './ssh-config/read-config.ts';

/** Asks the user for a secret, which is not shown; undefined when there is no answer. */
export type AskSecret = (question: string) => Promise<string | undefined>;

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

/** The name of the user who runs this; the user's number where it has no name. */
export function localUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.());
  }
}
