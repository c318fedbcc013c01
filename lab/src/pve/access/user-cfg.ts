import type { Machine } from '../../machine.ts';
import { withFileLock } from '../cluster/file-lock.ts';
import { die, failureText } from '../failure.ts';
import type { Session } from '../session.ts';

const USERS = '/etc/pve/user.cfg';

export interface Pool {
  readonly comment: string;
  readonly guests: Set<string>;
  readonly storages: Set<string>;
}

/** user.cfg: its pools, and the lines of all else as they are. */
export interface UserConfig {
  readonly pools: Map<string, Pool>;
  others: readonly string[];
}

/** Reads user.cfg; a pool inside another makes that one too (PVE::AccessControl parse_user_config). */
export function readUserConfig(machine: Machine): UserConfig {
  const pools = new Map<string, Pool>();
  const others: string[] = [];
  for (const line of (machine.files.read(USERS) ?? '').split('\n')) {
    const [kind, id = '', comment = '', guests = '', storages = ''] = line.split(':');
    if (kind !== 'pool') {
      if (line !== '') others.push(line);
      continue;
    }
    const parents = id.split('/').slice(0, -1);
    for (const [index] of parents.entries()) {
      const parent = parents.slice(0, index + 1).join('/');
      if (!pools.has(parent)) pools.set(parent, { comment: '', guests: new Set(), storages: new Set() });
    }
    pools.set(id, { comment, guests: list(guests), storages: list(storages) });
  }
  // There always is one.
  if (!others.some((line) => line.startsWith('user:root@pam:'))) others.push('user:root@pam:1:0::::::');
  return { pools, others };
}

const list = (text: string): Set<string> => new Set(text.split(',').filter((each) => each !== ''));

/** Writes it as PVE does: users, groups, pools, roles, each with an empty line behind, then the access list. */
function printUserConfig({ pools, others }: UserConfig): string {
  const of = (kinds: string): string =>
    others
      .filter((line) => new RegExp(`^(${kinds}):`).test(line))
      .map((line) => `${line}\n`)
      .join('');
  const poolLines = [...pools]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([id, { comment, guests, storages }]) =>
        `pool:${id}:${comment}:${[...guests].toSorted().join(',')}:${[...storages].toSorted().join(',')}:\n`,
    )
    .join('');
  return `${of('user|token')}\n${of('group')}\n${poolLines}\n${of('role')}\n${of('acl')}`;
}

/** Changes user.cfg under its lock; `what` begins every error (PVE::AccessControl lock_user_config). Throws Failure. */
export async function changeUserConfig(
  session: Session,
  what: string,
  change: (config: UserConfig) => void,
): Promise<void> {
  const { machine } = session;
  try {
    await withFileLock(session, 'user_cfg', () => {
      const config = readUserConfig(machine);
      change(config);
      machine.files.write(USERS, printUserConfig(config));
    });
  } catch (thrown) {
    die(`${what}: ${failureText(thrown)}`);
  }
}
