import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { readSections } from '../cluster/section-file.ts';
import { die } from '../failure.ts';
import { decodeText, encodeText, splitList } from '../formats/values.ts';
import { toJson } from '../pvesh/format.ts';
import type { Properties } from '../schema/types.ts';
import type { Session } from '../session.ts';
import { changeUserConfig, readUserConfig } from './user-cfg.ts';

const text = { type: 'string', optional: 1 };

/** What is known of a user, in the order of its line in user.cfg. */
const FIELDS = ['enable', 'expire', 'firstname', 'lastname', 'email', 'comment', 'keys'] as const;

type User = Readonly<Record<(typeof FIELDS)[number], string>>;

const NEW: User = { enable: '1', expire: '0', firstname: '', lastname: '', email: '', comment: '', keys: '' };

/** The parameters of a user, as PVE's schema of /access/users has them. */
const USER: Properties = {
  userid: { type: 'string', format: 'pve-userid', maxLength: 64 },
  enable: { type: 'boolean', optional: 1 },
  expire: { type: 'integer', minimum: 0, optional: 1 },
  firstname: { ...text, maxLength: 1024 },
  lastname: { ...text, maxLength: 1024 },
  email: { ...text, format: 'email-opt', maxLength: 254 },
  comment: { ...text, maxLength: 2048 },
  keys: text,
  groups: { ...text, format: 'pve-groupid-list' },
};

export const NEW_USER: Properties = { ...USER, password: { ...text, minLength: 8, maxLength: 64 } };
export const CHANGED_USER: Properties = { ...USER, append: { type: 'boolean', optional: 1 } };
export const LISTED_USERS: Properties = {
  enabled: { type: 'boolean', optional: 1 },
  'output-format': { ...text, enum: ['text', 'json', 'json-pretty', 'yaml'] },
};

function parseUser(line: string): readonly [string, User] | undefined {
  const [kind, id = '', ...values] = line.split(':');
  if (kind !== 'user') return undefined;
  const user = Object.fromEntries(FIELDS.map((name, index) => [name, values[index] ?? '']));
  return [id, { ...NEW, ...user }];
}

function userLine(id: string, user: User): string {
  return `user:${id}:${FIELDS.map((name) => user[name]).join(':')}:`;
}

/** Lines of user.cfg with a user's own put in its place by name. */
function withUser(lines: readonly string[], id: string, user: User): readonly string[] {
  const others = lines.filter((line) => parseUser(line)?.[0] !== id);
  const users = others.filter((line) => line.startsWith('user:'));
  return [
    ...[...users, userLine(id, user)].toSorted(),
    ...others.filter((line) => !line.startsWith('user:')),
  ];
}

function changed(user: User, given: Parameters): User {
  const encoded = Object.entries(given).map(([name, value]) => [
    name,
    name === 'comment' || name.endsWith('name') ? encodeText(value) : value,
  ]);
  const values: Readonly<Record<string, string>> = Object.fromEntries(encoded);
  const known = FIELDS.map((name) => [name, values[name] ?? user[name]]);
  return { ...user, ...Object.fromEntries(known) };
}

/** Puts a user into groups, and unless it is added out of the others. Throws Failure. */
function inGroups(
  lines: readonly string[],
  id: string,
  groups: readonly string[],
  append: boolean,
): readonly string[] {
  const names = new Set(lines.flatMap((line) => /^group:([^:]*):/.exec(line)?.[1] ?? []));
  const unknown = groups.find((group) => !names.has(group));
  if (unknown !== undefined) die(`no such group '${unknown}'`);
  return lines.map((line) => {
    const [, name = '', members = '', rest = ''] = /^group:([^:]*):([^:]*):(.*)$/.exec(line) ?? [];
    if (name === '') return line;
    const users = new Set(splitList(members));
    if (groups.includes(name)) users.add(id);
    else if (!append) users.delete(id);
    return `group:${name}:${[...users].toSorted().join(',')}:${rest}`;
  });
}

/** `pveum user add`. Throws Failure. */
export function addUser(
  session: Session,
  { userid = '', groups, password, ...given }: Parameters,
): Promise<void> {
  if (password !== undefined) die("pvefleet-lab: a user's password is not modelled");
  return changeUserConfig(session, 'create user failed', (config) => {
    if (config.others.some((line) => parseUser(line)?.[0] === userid)) die(`user '${userid}' already exists`);
    const lines = withUser(config.others, userid, changed(NEW, given));
    config.others = groups === undefined ? lines : inGroups(lines, userid, splitList(groups), true);
  });
}

/** `pveum user modify`. Throws Failure. */
export function changeUser(
  session: Session,
  { userid = '', groups, append, ...given }: Parameters,
): Promise<void> {
  return changeUserConfig(session, 'update user failed', (config) => {
    const [, user] =
      config.others.flatMap((line) => [parseUser(line)]).find((found) => found?.[0] === userid) ??
      die(`no such user ('${userid}')`);
    const lines = withUser(config.others, userid, changed(user, given));
    config.others = groups === undefined ? lines : inGroups(lines, userid, splitList(groups), append === '1');
  });
}

/** `pveum user list` as JSON; its table is not modelled. Throws Failure. */
export function listUsers(
  { machine, print }: Session,
  { enabled, 'output-format': format }: Parameters,
): void {
  if (format !== 'json') die('pvefleet-lab: pveum user list is modelled with --output-format json only');
  const rows = readUserConfig(machine)
    .others.flatMap((line) => {
      const found = parseUser(line);
      return found === undefined ? [] : [found];
    })
    .filter(([, user]) => enabled === undefined || user.enable === enabled)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([userid, { enable, expire, keys: _keys, ...texts }]) => ({
      ...Object.fromEntries(
        Object.entries(texts).flatMap(([name, value]) => (value === '' ? [] : [[name, decodeText(value)]])),
      ),
      ...realmType(machine, userid),
      enable: Number(enable),
      expire: Number(expire),
      userid,
    }));
  print(`${toJson(rows)}\n`);
}

/** The type of the realm behind a user's last @, if there is such a realm. */
function realmType({ files }: Machine, userid: string): { readonly [key: string]: string } {
  const realm = userid.slice(userid.lastIndexOf('@') + 1);
  const type = ['pam', 'pve'].includes(realm)
    ? realm
    : readSections(files.read('/etc/pve/domains.cfg') ?? '').find(({ id }) => id === realm)?.type;
  return type === undefined ? {} : { 'realm-type': type };
}
