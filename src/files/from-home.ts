import { homedir } from 'node:os';
import { join } from 'node:path';

/** A path of this machine, `~` being the home directory. */
export const fromHome = (path: string): string =>
  path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
