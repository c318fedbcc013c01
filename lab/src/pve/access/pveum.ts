import type { Command, Tool } from '../cli/tool.ts';
import type { Parameters } from '../cli/getopt.ts';
import type { Json } from '../pvesh/format.ts';
import { OUTPUT, printResult } from '../pvesh/print.ts';
import { poolRows } from '../pvesh/pool-data.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Session } from '../session.ts';
import { aclRows, changeAcl } from './acl.ts';
import { addGroup, changeGroup, groupRows, removeGroup } from './groups.ts';
import { changePassword, refuseTicket } from './passwords.ts';
import { permissions } from './permissions.ts';
import { addPool, changePool, removePool } from './pools.ts';
import { printPermissions } from './print-permissions.ts';
import { addRealm, changeRealm, realmRows, removeRealm, syncRealm } from './realms.ts';
import { addRole, changeRole, removeRole, roleRows } from './roles.ts';
import { listTfa, unlockTfa } from './tfa.ts';
import { addToken, changeToken, removeToken, tokenRows } from './tokens.ts';
import { addUser, changeUser, removeUser, userRows } from './users.ts';

type Run = (session: Session, parameters: Parameters) => Promise<Json> | Json;

/** A command that changes something and says nothing. */
function silent(name: string, positional: readonly string[], run: Command['run']): Command {
  return { parameters: parametersOf(name), positional, run };
}

/** A command that prints what the method returns, as its options want it. */
function printing(
  name: string,
  positional: readonly string[],
  run: Run,
  print: typeof printResult = printResult,
): Command {
  const own = parametersOf(name);
  return {
    parameters: { ...own, ...OUTPUT },
    positional,
    run: async (session, parameters) => {
      const of = (isOwn: boolean): Parameters =>
        Object.fromEntries(Object.entries(parameters).filter(([option]) => option in own === isOwn));
      print(session, name, await run(session, of(true)), of(false));
    },
  };
}

const USER = '/access/users/{userid}';
const TOKEN = `${USER}/token/{tokenid}`;
const GROUP = '/access/groups/{groupid}';
const ROLE = '/access/roles/{roleid}';
const REALM = '/access/domains/{realm}';

const TOKEN_PERMISSIONS: Command = {
  parameters: {
    userid: { type: 'string', format: 'pve-userid', maxLength: 64 },
    tokenid: parametersOf(`GET ${TOKEN}`)['tokenid'] ?? {},
    path: { type: 'string', optional: 1 },
    ...OUTPUT,
  },
  positional: ['userid', 'tokenid'],
  run: (session, { userid = '', tokenid = '', path, ...format }) => {
    const of = path === undefined ? {} : { path };
    const result = permissions(session, { userid: `${userid}!${tokenid}`, ...of });
    printPermissions(session, 'GET /access/permissions', result, format);
  },
};

/** `pveum`. */
export const PVEUM: Tool = {
  name: 'pveum',
  usage: [
    [
      'pveum acl delete <path> --roles <string> [OPTIONS]',
      'pveum acl list  [FORMAT_OPTIONS]',
      'pveum acl modify <path> --roles <string> [OPTIONS]',
    ],
    [
      'pveum group add <groupid> [OPTIONS]',
      'pveum group delete <groupid>',
      'pveum group list  [FORMAT_OPTIONS]',
      'pveum group modify <groupid> [OPTIONS]',
    ],
    [
      'pveum pool add <poolid> [OPTIONS]',
      'pveum pool delete <poolid>',
      'pveum pool list  [OPTIONS] [FORMAT_OPTIONS]',
      'pveum pool modify <poolid> [OPTIONS]',
    ],
    [
      'pveum realm add <realm> --type <string> [OPTIONS]',
      'pveum realm delete <realm>',
      'pveum realm list  [FORMAT_OPTIONS]',
      'pveum realm modify <realm> [OPTIONS]',
      'pveum realm sync <realm> [OPTIONS]',
    ],
    [
      'pveum role add <roleid> [OPTIONS]',
      'pveum role delete <roleid>',
      'pveum role list  [FORMAT_OPTIONS]',
      'pveum role modify <roleid> [OPTIONS]',
    ],
    [
      'pveum user tfa unlock <userid>',
      'pveum user tfa delete <userid> [OPTIONS]',
      'pveum user tfa list [<userid>]',
      'pveum user token add <userid> <tokenid> [OPTIONS] [FORMAT_OPTIONS]',
      'pveum user token delete <userid> <tokenid> [FORMAT_OPTIONS]',
      'pveum user token list <userid> [FORMAT_OPTIONS]',
      'pveum user token modify <userid> <tokenid> [OPTIONS] [FORMAT_OPTIONS]',
      'pveum user token permissions <userid> <tokenid> [OPTIONS] [FORMAT_OPTIONS]',
      'pveum user permissions [<userid>] [OPTIONS] [FORMAT_OPTIONS]',
      'pveum user add <userid> [OPTIONS]',
      'pveum user delete <userid>',
      'pveum user list  [OPTIONS] [FORMAT_OPTIONS]',
      'pveum user modify <userid> [OPTIONS]',
    ],
    ['pveum passwd <userid> [OPTIONS]', 'pveum ticket <username> [OPTIONS]'],
    ['pveum help [<extra-args>] [OPTIONS]'],
  ],
  aliases: {
    'user token remove': 'delete',
    ...Object.fromEntries(
      ['user', 'group', 'role'].flatMap((kind) => [
        [`${kind}add`, `${kind} add`],
        [`${kind}mod`, `${kind} modify`],
        [`${kind}del`, `${kind} delete`],
      ]),
    ),
    aclmod: 'acl modify',
    acldel: 'acl delete',
  },
  commands: {
    'acl modify': { ...silent('PUT /access/acl', ['path'], changeAcl), fixed: ['delete'] },
    'acl delete': {
      ...silent('PUT /access/acl', ['path'], (session, given) =>
        changeAcl(session, { ...given, delete: '1' }),
      ),
      fixed: ['delete'],
    },
    'acl list': printing('GET /access/acl', [], aclRows),
    'group add': silent('POST /access/groups', ['groupid'], addGroup),
    'group modify': silent(`PUT ${GROUP}`, ['groupid'], changeGroup),
    'group delete': silent(`DELETE ${GROUP}`, ['groupid'], removeGroup),
    'group list': printing('GET /access/groups', [], groupRows),
    'role add': silent('POST /access/roles', ['roleid'], addRole),
    'role modify': silent(`PUT ${ROLE}`, ['roleid'], changeRole),
    'role delete': silent(`DELETE ${ROLE}`, ['roleid'], removeRole),
    'role list': printing('GET /access/roles', [], roleRows),
    'user add': silent('POST /access/users', ['userid'], addUser),
    'user modify': silent(`PUT ${USER}`, ['userid'], changeUser),
    'user delete': silent(`DELETE ${USER}`, ['userid'], removeUser),
    'user list': printing('GET /access/users', [], userRows),
    'user permissions': printing('GET /access/permissions', ['userid'], permissions, printPermissions),
    'user token add': printing(`POST ${TOKEN}`, ['userid', 'tokenid'], addToken),
    'user token modify': printing(`PUT ${TOKEN}`, ['userid', 'tokenid'], changeToken),
    'user token delete': silent(`DELETE ${TOKEN}`, ['userid', 'tokenid'], removeToken),
    'user token list': printing(`GET ${USER}/token`, ['userid'], tokenRows),
    'user token permissions': TOKEN_PERMISSIONS,
    'user tfa list': {
      parameters: { userid: { type: 'string', format: 'pve-userid', maxLength: 64, optional: 1 } },
      positional: ['userid'],
      run: listTfa,
    },
    'user tfa unlock': silent(`PUT ${USER}/unlock-tfa`, ['userid'], unlockTfa),
    'pool add': silent('POST /pools', ['poolid'], addPool),
    'pool modify': silent('PUT /pools', ['poolid'], changePool),
    'pool delete': silent('DELETE /pools', ['poolid'], removePool),
    'pool list': printing('GET /pools', [], poolRows),
    'realm add': silent('POST /access/domains', ['realm'], addRealm),
    'realm modify': silent(`PUT ${REALM}`, ['realm'], changeRealm),
    'realm delete': silent(`DELETE ${REALM}`, ['realm'], removeRealm),
    'realm list': printing('GET /access/domains', [], realmRows),
    'realm sync': silent(`POST ${REALM}/sync`, ['realm'], syncRealm),
    passwd: { ...silent('PUT /access/password', ['userid'], changePassword), prompts: ['password'] },
    ticket: {
      parameters: { ...parametersOf('POST /access/ticket'), password: { type: 'string', optional: 1 } },
      positional: ['username'],
      run: refuseTicket,
    },
  },
};
