import type { Machine } from '../../machine.ts';
import { withFileLock } from '../cluster/file-lock.ts';
import { die, failureText } from '../failure.ts';
import { decodeText, encodeText, splitList } from '../formats/values.ts';
import { plainText, type Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { parseAcl, printAcl, type Acl } from './acl-lines.ts';
import { SPECIAL_ROLES } from './privileges.ts';

const USERS = '/etc/pve/user.cfg';

/** What is known of a user or of a token, by PVE's names; texts are decoded. */
export type Fields = Record<string, Json>;

export interface User {
  readonly fields: Fields;
  /** By the part behind the `!`. */
  readonly tokens: Map<string, Fields>;
}

export interface Group {
  comment: string;
  readonly users: Set<string>;
}

export interface Pool {
  /** As it stands in the file. */
  readonly comment: string;
  readonly guests: Set<string>;
  readonly storages: Set<string>;
}

/** user.cfg. */
export interface UserConfig {
  readonly users: Map<string, User>;
  readonly groups: Map<string, Group>;
  readonly pools: Map<string, Pool>;
  /** Without PVE's own. */
  readonly roles: Map<string, Set<string>>;
  readonly acl: Acl;
}

const USER_FIELDS = ['enable', 'expire', 'firstname', 'lastname', 'email', 'comment', 'keys'];
const ENCODED = new Set(['firstname', 'lastname', 'comment']);

/** Reads user.cfg (PVE::AccessControl parse_user_config): a pool inside another makes that one too. */
export function readUserConfig(machine: Machine): UserConfig {
  const config: UserConfig = {
    users: new Map(),
    groups: new Map(),
    pools: new Map(),
    roles: new Map(),
    acl: new Map(),
  };
  for (const line of (machine.files.read(USERS) ?? '').split('\n')) {
    const [kind, id = '', ...data] = line.split(':').map((part) => part.trim());
    while (data.at(-1) === '') data.pop();
    if (kind === 'user') config.users.set(id, { fields: userFields(data), tokens: new Map() });
    else if (kind === 'token') readToken(config, id, data);
    else if (kind === 'group')
      config.groups.set(id, { users: setOf(data[0]), comment: decodeText(data[1] ?? '') });
    else if (kind === 'pool') readPool(config, id, data);
    else if (kind === 'role') config.roles.set(id, setOf(data[0]));
    else if (kind === 'acl') parseAcl(config.acl, id, data);
  }
  // There always is one.
  if (!config.users.has('root@pam'))
    config.users.set('root@pam', { fields: { enable: 1 }, tokens: new Map() });
  return config;
}

const setOf = (text = ''): Set<string> => new Set(splitList(text).filter((each) => each !== ''));

/** An email is known as empty when something stands behind it. */
function userFields(data: readonly string[]): Fields {
  const fields: Fields = { enable: Number(data[0] ?? '0') === 0 ? 0 : 1, expire: Number(data[1] ?? '0') };
  for (const [at, name] of USER_FIELDS.entries()) {
    const text = data[at];
    if (at < 2 || text === undefined || (text === '' && name !== 'email')) continue;
    fields[name] = ENCODED.has(name) ? decodeText(text) : text;
  }
  return fields;
}

function readToken(
  { users }: UserConfig,
  id: string,
  [expire, privsep, comment = '']: readonly string[],
): void {
  const [, user = '', token = ''] = /^(.*)!(.*)$/.exec(id) ?? [];
  users.get(user)?.tokens.set(token, {
    expire: Number(expire ?? '0'),
    privsep: Number(privsep ?? '0') === 0 ? 0 : 1,
    ...(comment === '' ? {} : { comment: decodeText(comment) }),
  });
}

function readPool(
  { pools }: UserConfig,
  id: string,
  [comment = '', guests, storages]: readonly string[],
): void {
  const parents = id.split('/').slice(0, -1);
  for (const [index] of parents.entries()) {
    const parent = parents.slice(0, index + 1).join('/');
    if (!pools.has(parent)) pools.set(parent, { comment: '', guests: new Set(), storages: new Set() });
  }
  pools.set(id, { comment, guests: setOf(guests), storages: setOf(storages) });
}

/** Writes it as PVE does: users, groups, pools, roles, each with an empty line behind, then the access list. */
function printUserConfig({ users, groups, pools, roles, acl }: UserConfig): string {
  const blocks = [
    sorted(users).flatMap(([id, user]) => [userLine(id, user.fields), ...tokenLines(id, user)]),
    sorted(groups).map(([id, group]) => `group:${id}:${join(group.users)}:${encodeText(group.comment)}:\n`),
    sorted(pools).map(
      ([id, pool]) => `pool:${id}:${pool.comment}:${join(pool.guests)}:${join(pool.storages)}:\n`,
    ),
    sorted(roles).map(([id, privileges]) => `role:${id}:${join(privileges)}:\n`),
    printAcl(acl),
  ];
  return blocks.map((lines) => lines.join('')).join('\n');
}

function sorted<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

const join = (set: ReadonlySet<string>): string => [...set].toSorted().join(',');

function userLine(id: string, fields: Fields): string {
  const texts = USER_FIELDS.slice(2).map((name) =>
    ENCODED.has(name) ? encodeText(plainText(fields[name])) : plainText(fields[name]),
  );
  return `user:${id}:${Number(fields['enable']) === 0 ? 0 : 1}:${Number(fields['expire'] ?? 0)}:${texts.join(':')}:\n`;
}

function tokenLines(id: string, { tokens }: User): readonly string[] {
  return sorted(tokens).map(
    ([token, { expire = 0, privsep, comment }]) =>
      `token:${id}!${token}:${Number(expire)}:${Number(privsep) === 0 ? 0 : 1}:${encodeText(plainText(comment))}:\n`,
  );
}

/** The privileges of a role. */
export function privilegesOf({ roles }: UserConfig, role: string): ReadonlySet<string> | undefined {
  return SPECIAL_ROLES.get(role) ?? roles.get(role);
}

/** The user. Throws Failure (check_user_exist). */
export function userOf({ users }: UserConfig, userid: string): User {
  return users.get(userid) ?? die(`no such user ('${userid}')`);
}

/** Changes user.cfg under its lock; `what` begins every error (PVE::AccessControl lock_user_config). Throws Failure. */
export async function changeUserConfig(
  session: Session,
  what: string,
  change: (config: UserConfig) => void,
): Promise<void> {
  try {
    await withFileLock(session, 'user_cfg', () => {
      const config = readUserConfig(session.machine);
      change(config);
      writeUserConfig(session.machine, config);
    });
  } catch (thrown) {
    die(`${what}: ${failureText(thrown)}`);
  }
}

/** Writes user.cfg; its lock must be held. */
export function writeUserConfig({ files }: Machine, config: UserConfig): void {
  files.write(USERS, printUserConfig(config));
}
