import type { Command, Tool } from '../cli/tool.ts';
import { plainText } from '../pvesh/format.ts';
import { OUTPUT, printResult } from '../pvesh/print.ts';
import { taskLog, taskStatus } from '../pvesh/task-data.ts';
import { parametersOf } from '../schema/parameters.ts';
import { ACME_COMMANDS } from '../cluster/acme.ts';
import { migrateAll, startAll, stopAll, wakeNode } from './all-guests.ts';
import { SET_CERTIFICATE } from './certificates.ts';
import { GET_CONFIG, SET_CONFIG, setNodeConfig, showNodeConfig } from './node-config.ts';

const TASK = '/nodes/{node}/tasks/{upid}';

const STATUS: Command = {
  parameters: { ...parametersOf(`GET ${TASK}/status`), ...OUTPUT },
  positional: ['upid'],
  run: (session, { upid = '', ...format }) =>
    printResult(session, `GET ${TASK}/status`, taskStatus(session, { upid }), format),
};

const LOG: Command = {
  parameters: parametersOf(`GET ${TASK}/log`),
  positional: ['upid'],
  fixed: ['limit'],
  run: (session, given) => {
    const rows = taskLog(session, { ...given, limit: '1000000' });
    for (const row of Array.isArray(rows) ? rows : [])
      if (typeof row === 'object' && row !== null && 't' in row) session.print(`${plainText(row['t'])}\n`);
  },
};

/** `pvenode`, as far as it is about the node's options, its tasks and certificates. */
export const PVENODE: Tool = {
  name: 'pvenode',
  usage: [
    ['pvenode acme cert order  [OPTIONS]', 'pvenode acme cert renew  [OPTIONS]'],
    ['pvenode config get  [OPTIONS]', 'pvenode config set  [OPTIONS]'],
    ['pvenode startall  [OPTIONS]', 'pvenode stopall  [OPTIONS]', 'pvenode migrateall <target> [OPTIONS]'],
    [
      'pvenode cert delete [<restart>]',
      'pvenode cert info  [FORMAT_OPTIONS]',
      'pvenode cert set <certificates> [<key>] [OPTIONS] [FORMAT_OPTIONS]',
    ],
    [
      'pvenode task list  [OPTIONS] [FORMAT_OPTIONS]',
      'pvenode task log <upid> [OPTIONS]',
      'pvenode task status <upid> [FORMAT_OPTIONS]',
    ],
    ['pvenode wakeonlan <node>'],
    ['pvenode help [<extra-args>] [OPTIONS]'],
  ],
  aliases: {},
  commands: {
    'config get': { parameters: GET_CONFIG, positional: [], run: showNodeConfig },
    'config set': { parameters: SET_CONFIG, positional: [], run: setNodeConfig },
    startall: { parameters: parametersOf('POST /nodes/{node}/startall'), positional: [], run: startAll },
    stopall: { parameters: parametersOf('POST /nodes/{node}/stopall'), positional: [], run: stopAll },
    migrateall: {
      parameters: parametersOf('POST /nodes/{node}/migrateall'),
      positional: ['target'],
      run: migrateAll,
    },
    wakeonlan: {
      parameters: parametersOf('POST /nodes/{node}/wakeonlan'),
      positional: ['node'],
      run: wakeNode,
    },
    'task status': STATUS,
    'task log': LOG,
    'cert set': SET_CERTIFICATE,
    ...ACME_COMMANDS,
  },
};
