import { migrateAll, startAll, stopAll } from '../node/all-guests.ts';
import { GET_CONFIG, nodeConfig, SET_CONFIG, setNodeConfig } from '../node/node-config.ts';
import { dnsData, hostsData, setDns, setHosts, setTimezone } from '../node/node-settings.ts';
import { missingLists } from '../pveam/tool.ts';
import type { Properties } from '../schema/types.ts';
import type { Session } from '../session.ts';
import { nodeTime } from './cluster-data.ts';
import { method, silent, task, type Named } from './method.ts';

const NODE = '/nodes/{node}';
const NODE_PATH: Properties = { node: { type: 'string', format: 'pve-node' } };

/** A node's own settings. */
export function nodeMethods(): readonly Named[] {
  return [
    [`GET ${NODE}/config`, { parameters: GET_CONFIG, run: nodeConfig }],
    [
      `PUT ${NODE}/config`,
      {
        parameters: SET_CONFIG,
        run: (session: Session, given: Readonly<Record<string, string>>): null => {
          setNodeConfig(session, given);
          return null;
        },
      },
    ],
    [
      `GET ${NODE}/aplinfo`,
      {
        parameters: NODE_PATH,
        run: (session: Session) => {
          missingLists(session);
          return [];
        },
      },
    ],
    method(`GET ${NODE}/dns`, dnsData),
    silent(`PUT ${NODE}/dns`, setDns),
    method(`GET ${NODE}/hosts`, hostsData),
    silent(`POST ${NODE}/hosts`, setHosts),
    method(`GET ${NODE}/time`, nodeTime),
    silent(`PUT ${NODE}/time`, setTimezone),
    task(`POST ${NODE}/startall`, startAll),
    task(`POST ${NODE}/stopall`, stopAll),
    task(`POST ${NODE}/migrateall`, migrateAll),
  ];
}
