import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { dropPassword, storePassword } from './passwords.ts';
import { realmType } from './realms-file.ts';
import { changeUserConfig, readUserConfig, userOf, type UserConfig } from './user-cfg.ts';

const TEXTS = ['firstname', 'lastname', 'email', 'comment', 'keys'];
const TFA = '/etc/pve/priv/tfa.cfg';

/** POST /access/users. Throws Failure. */
export function addUser(
  session: Session,
  { userid = '', groups = '', password, ...given }: Parameters,
): Promise<void> {
  return changeUserConfig(session, 'create user failed', (config) => {
    if (config.users.has(userid)) die(`user '${userid}' already exists`);
    if (password !== undefined) storePassword(session, userid, password);
    const { enable = '1', expire = '0' } = given;
    const texts = TEXTS.filter((name) => (given[name] ?? '') !== '').map((name) => [name, given[name]]);
    config.users.set(userid, {
      fields: { enable: Number(enable), expire: Number(expire), ...Object.fromEntries(texts) },
      tokens: new Map(),
    });
    joinGroups(config, userid, groups);
  });
}

function joinGroups(config: UserConfig, userid: string, groups: string): void {
  for (const group of splitList(groups))
    (config.groups.get(group) ?? die(`no such group '${group}'`)).users.add(userid);
}

/** PUT /access/users/{userid}. Throws Failure. */
export function changeUser(
  session: Session,
  { userid = '', groups, append, ...given }: Parameters,
): Promise<void> {
  return changeUserConfig(session, 'update user failed', (config) => {
    const { fields } = userOf(config, userid);
    for (const name of ['enable', 'expire'])
      if (given[name] !== undefined) fields[name] = Number(given[name]);
    if (append !== '1' && groups !== undefined) leaveGroups(config, userid);
    joinGroups(config, userid, groups ?? '');
    for (const name of TEXTS) if (given[name] !== undefined) fields[name] = given[name];
  });
}

function leaveGroups({ groups }: UserConfig, userid: string): void {
  for (const { users } of groups.values()) users.delete(userid);
}

/** DELETE /access/users/{userid}: one that is not there is no failure; rights of its tokens are left. Throws Failure. */
export function removeUser(session: Session, { userid = '' }: Parameters): Promise<void> {
  const { files } = session.machine;
  return changeUserConfig(session, 'delete user failed', (config) => {
    dropPassword(session, userid);
    config.users.delete(userid);
    if (!files.exists(TFA)) files.write(TFA, '{"users":{}}');
    leaveGroups(config, userid);
    for (const holders of config.acl.values()) holders.delete(userid);
  });
}

/** GET /access/users. */
export function userRows({ machine }: Session, { enabled, full }: Parameters): Json {
  const config = readUserConfig(machine);
  return [...config.users]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .filter(([, { fields }]) => enabled === undefined || Number(fields['enable']) === Number(enabled))
    .map(([userid, { fields, tokens }]) => ({
      ...fields,
      ...(full === '1'
        ? { groups: groupsOf(config, userid).join(','), tokens: tokens.size === 0 ? null : tokenList(tokens) }
        : {}),
      ...typeOf(realmType(machine, userid)),
      userid,
    }));
}

const typeOf = (type: string | undefined): { readonly 'realm-type'?: string } =>
  type === undefined ? {} : { 'realm-type': type };

function tokenList(tokens: ReadonlyMap<string, { readonly [key: string]: Json }>): Json {
  return [...tokens]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([tokenid, fields]) => ({ ...fields, tokenid }));
}

function groupsOf({ groups }: UserConfig, userid: string): readonly string[] {
  return [...groups].flatMap(([id, { users }]) => (users.has(userid) ? [id] : [])).toSorted();
}

/** GET /access/users/{userid}. Throws Failure. */
export function oneUser({ machine }: Session, { userid = '' }: Parameters): Json {
  const config = readUserConfig(machine);
  const { fields, tokens } = userOf(config, userid);
  return {
    ...fields,
    groups: groupsOf(config, userid),
    tokens: tokens.size === 0 ? null : Object.fromEntries(tokens),
  };
}
