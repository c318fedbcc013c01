import { configuredNodes, joinInformation, totem } from '../cluster/corosync.ts';
import { clusterOptions, setOptions } from '../cluster/datacenter.ts';
import {
  createServer,
  deleteServer,
  oneServer,
  serverRows,
  updateServer,
} from '../cluster/metric-servers.ts';
import { notificationTargets } from '../cluster/notifications.ts';
import {
  createRealmSync,
  deleteRealmSync,
  oneRealmSync,
  realmSyncRows,
  scheduleTimes,
  updateRealmSync,
} from '../cluster/realm-sync-jobs.ts';
import { method, silent, type Named } from './method.ts';

const REALM_SYNC = '/cluster/jobs/realm-sync';
const SERVER = '/cluster/metrics/server/{id}';

/** Settings of the whole cluster: its members and options, where metrics go, when realms are synced, who is told of what. */
export function datacenterMethods(): readonly Named[] {
  return [
    method('GET /cluster/options', clusterOptions),
    silent('PUT /cluster/options', setOptions),
    method('GET /cluster/config/nodes', configuredNodes),
    method('GET /cluster/config/totem', totem),
    method('GET /cluster/config/join', joinInformation),
    method('GET /cluster/config/apiversion', () => 1),
    method('GET /cluster/config/qdevice', () => ({})),
    method('GET /cluster/metrics/server', serverRows),
    method(`GET ${SERVER}`, oneServer),
    silent(`POST ${SERVER}`, createServer),
    silent(`PUT ${SERVER}`, updateServer),
    silent(`DELETE ${SERVER}`, deleteServer),
    method(`GET ${REALM_SYNC}`, realmSyncRows),
    method(`GET ${REALM_SYNC}/{id}`, oneRealmSync),
    silent(`POST ${REALM_SYNC}/{id}`, createRealmSync),
    silent(`PUT ${REALM_SYNC}/{id}`, updateRealmSync),
    silent(`DELETE ${REALM_SYNC}/{id}`, deleteRealmSync),
    method('GET /cluster/jobs/schedule-analyze', scheduleTimes),
    method('GET /cluster/notifications/targets', notificationTargets),
    method('GET /cluster/notifications/endpoints', () =>
      ['gotify', 'sendmail', 'smtp', 'webhook'].map((name) => ({ name })),
    ),
  ];
}
