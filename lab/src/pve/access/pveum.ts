import type { Tool } from '../cli/tool.ts';
import { parametersOf } from '../schema/parameters.ts';
import { changeAcl } from './acl.ts';
import { addPool, changePool, removePool } from './pools.ts';

/** `pveum`, as far as pools and access lists go. */
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
    'pool add': { parameters: parametersOf('POST /pools'), positional: ['poolid'], run: addPool },
    'pool modify': { parameters: parametersOf('PUT /pools'), positional: ['poolid'], run: changePool },
    'pool delete': { parameters: parametersOf('DELETE /pools'), positional: ['poolid'], run: removePool },
  },
};
