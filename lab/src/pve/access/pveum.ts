import type { Tool } from '../cli/tool.ts';
import { parametersOf } from '../schema/parameters.ts';
import { changeAcl } from './acl.ts';
import { addPool, changePool, removePool } from './pools.ts';
import { addUser, CHANGED_USER, changeUser, LISTED_USERS, listUsers, NEW_USER } from './users.ts';

/** `pveum`, as far as pools, access lists and users without passwords go. */
export const PVEUM: Tool = {
  name: 'pveum',
  usage: [
    [
      'pveum acl delete <path> --roles <string> [OPTIONS]',
      'pveum acl list  [FORMAT_OPTIONS]',
      'pveum acl modify <path> --roles <string> [OPTIONS]',
      'pveum group add <groupid> [OPTIONS]',
      'pveum pool add <poolid> [OPTIONS]',
      'pveum pool delete <poolid>',
      'pveum pool list  [OPTIONS] [FORMAT_OPTIONS]',
      'pveum pool modify <poolid> [OPTIONS]',
      'pveum role add <roleid> [OPTIONS]',
      'pveum user add <userid> [OPTIONS]',
      'pveum user list  [OPTIONS] [FORMAT_OPTIONS]',
      'pveum user modify <userid> [OPTIONS]',
    ],
  ],
  aliases: {},
  commands: {
    'acl modify': {
      parameters: parametersOf('PUT /access/acl'),
      positional: ['path'],
      fixed: ['delete'],
      run: changeAcl,
    },
    'acl delete': {
      parameters: parametersOf('PUT /access/acl'),
      positional: ['path'],
      fixed: ['delete', 'propagate'],
      run: (session, given) => changeAcl(session, { ...given, delete: '1' }),
    },
    'user add': { parameters: NEW_USER, positional: ['userid'], run: addUser },
    'user modify': { parameters: CHANGED_USER, positional: ['userid'], run: changeUser },
    'user list': { parameters: LISTED_USERS, positional: [], run: listUsers },
    'pool add': { parameters: parametersOf('POST /pools'), positional: ['poolid'], run: addPool },
    'pool modify': { parameters: parametersOf('PUT /pools'), positional: ['poolid'], run: changePool },
    'pool delete': { parameters: parametersOf('DELETE /pools'), positional: ['poolid'], run: removePool },
  },
};
