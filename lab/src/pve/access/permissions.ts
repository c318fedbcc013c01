import type { Parameters } from '../cli/getopt.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { SPECIAL_ROLES } from './privileges.ts';
import { privilegesOf, readUserConfig, type UserConfig } from './user-cfg.ts';

/** Names of roles or privileges; 1 for what holds below the path too. */
type Held = Map<string, 0 | 1>;

/** Roles on a path (PVE::AccessControl::roles): those nearest to it count, a user's own before those of the user's groups. */
function rolesOn(config: UserConfig, who: string, path: string): Held {
  const parts = path === '/' ? [] : path.slice(1).split('/');
  let held: Held = new Map();
  for (let length = 0; length <= parts.length; length += 1) {
    const at = config.acl.get(`/${parts.slice(0, length).join('/')}`);
    if (at === undefined) continue;
    const isHere = length === parts.length;
    const own = holding(at.get(who), isHere);
    const shared = [...at].filter(
      ([holder]) => holder.startsWith('@') && config.groups.get(holder.slice(1))?.users.has(who) === true,
    );
    const ofGroups = shared.flatMap(([, roles]) => [...holding(roles, isHere)]);
    if (own.size > 0) held = own;
    else if (ofGroups.length > 0) held = new Map(ofGroups);
  }
  const none = held.get('NoAccess');
  return none === undefined ? held : new Map([['NoAccess', none]]);
}

function holding(roles: Held | undefined, isHere: boolean): Held {
  return new Map([...(roles ?? [])].filter(([, propagate]) => isHere || propagate === 1));
}

/** What a guest or a storage has by its pool. */
function rolesByPool(config: UserConfig, who: string, path: string): readonly string[] {
  const [, kind, id = ''] = /^\/(vms|storage)\/([^/]+)$/.exec(path) ?? [];
  return [...config.pools].flatMap(([pool, { guests, storages }]) =>
    kind !== undefined && (kind === 'vms' ? guests : storages).has(id)
      ? [...rolesOn(config, who, `/pool/${pool}`).keys()]
      : [],
  );
}

/** Privileges on a path (PVE::RPCEnvironment::permissions). */
function privilegesOn(config: UserConfig, who: string, path: string): Held {
  if (who === 'root@pam')
    return new Map([...(SPECIAL_ROLES.get('Administrator') ?? [])].map((name): [string, 0 | 1] => [name, 1]));
  const [, user, tokenid] = /^(.*)!(.*)$/.exec(who) ?? [];
  const token = user === undefined ? undefined : config.users.get(user)?.tokens.get(tokenid ?? '');
  if (user !== undefined && token === undefined) return new Map();
  if (user !== undefined && token?.['privsep'] === 0) return privilegesOn(config, user, path);
  const roles = rolesOn(config, who, path);
  const byPool = rolesByPool(config, who, path);
  if (!roles.has('NoAccess')) {
    if (byPool.includes('NoAccess')) return new Map();
    for (const role of byPool) if (!roles.has(role)) roles.set(role, 0);
  }
  const held: Held = new Map();
  for (const [role, propagate] of roles)
    for (const name of privilegesOf(config, role) ?? [])
      held.set(name, held.get(name) === 1 || propagate === 1 ? 1 : 0);
  if (user === undefined || user === 'root@pam') return held;
  const own = privilegesOn(config, user, path);
  return new Map(
    [...held]
      .filter(([name]) => own.has(name))
      .map(([name, propagate]): [string, 0 | 1] => [name, own.get(name) === 1 ? propagate : 0]),
  );
}

/** Paths that are always told of, beside those of the access list and of pools. */
const TOP = ['/', '/access', '/access/groups', '/nodes', '/pool', '/sdn', '/storage', '/vms'];

/** GET /access/permissions: privileges by path. */
export function permissions({ machine }: Session, { userid = 'root@pam', path }: Parameters): Json {
  const config = readUserConfig(machine);
  const list = (wanted: string): Json => Object.fromEntries(privilegesOn(config, userid, wanted));
  if (path !== undefined) return { [path]: list(path) };
  const pools = [...config.pools.values()].flatMap(({ guests, storages }) => [
    ...[...guests].map((vmid) => `/vms/${vmid}`),
    ...[...storages].map((storage) => `/storage/${storage}`),
  ]);
  const paths = new Set([...TOP, ...[...config.acl.keys()].flatMap(parentsAndSelf), ...pools]);
  return Object.fromEntries(
    [...paths]
      .filter((each) => privilegesOn(config, userid, each).size > 0)
      .map((each) => [each, list(each)]),
  );
}

/** `/a`, `/a/b` of `/a/b`: PVE's tree has a node for each. */
function parentsAndSelf(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.map((_part, at) => `/${parts.slice(0, at + 1).join('/')}`);
}
