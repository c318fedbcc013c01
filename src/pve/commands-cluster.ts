import type { Command } from './command.ts';

const node = '/nodes/{node}';
const content = `${node}/storage/{storage}/content`;

/**
 * What pvesm reads from a file of that name, or asks for (pve-storage PVE/CLI/pvesm.pm: param_mapping). Its commands
 * path, export, import, extractconfig, apiinfo and prune-backups are no methods of the API.
 */
const storageKeys = {
  notHere: ['encryption-key', 'keyring', 'master-pubkey'],
  asksFor: ['password'],
};

const storage: readonly Command[] = [
  row('POST /storage', 'pvesm add', ['type', 'storage'], storageKeys),
  row('PUT /storage/{storage}', 'pvesm set', ['storage'], storageKeys),
  row('DELETE /storage/{storage}', 'pvesm remove', ['storage']),
  row(`GET ${node}/storage`, 'pvesm status'),
  row(`GET ${content}`, 'pvesm list', ['storage']),
  row(`POST ${content}`, 'pvesm alloc', ['storage', 'vmid', 'filename', 'size']),
  row(`DELETE ${content}/{volume}`, 'pvesm free', ['volume']),
  row(`GET ${node}/scan/nfs`, 'pvesm scan nfs', ['server']),
  row(`GET ${node}/scan/cifs`, 'pvesm scan cifs', ['server'], { asksFor: ['password'] }),
  row(`GET ${node}/scan/iscsi`, 'pvesm scan iscsi', ['portal']),
  row(`GET ${node}/scan/lvm`, 'pvesm scan lvm'),
  row(`GET ${node}/scan/lvmthin`, 'pvesm scan lvmthin', ['vg']),
  row(`GET ${node}/scan/pbs`, 'pvesm scan pbs', ['server', 'username'], { asksFor: ['password'] }),
  row(`GET ${node}/scan/zfs`, 'pvesm scan zfs'),
];

/** pve-access-control PVE/CLI/pveum.pm; its ticket takes no password but at the terminal. */
const access: readonly Command[] = [
  row('GET /access/users', 'pveum user list'),
  row('POST /access/users', 'pveum user add', ['userid']),
  row('PUT /access/users/{userid}', 'pveum user modify', ['userid']),
  row('DELETE /access/users/{userid}', 'pveum user delete', ['userid']),
  row('PUT /access/users/{userid}/unlock-tfa', 'pveum user tfa unlock', ['userid']),
  row('GET /access/permissions', 'pveum user permissions', ['userid']),
  row('GET /access/users/{userid}/token', 'pveum user token list', ['userid']),
  row('POST /access/users/{userid}/token/{tokenid}', 'pveum user token add', ['userid', 'tokenid']),
  row('PUT /access/users/{userid}/token/{tokenid}', 'pveum user token modify', ['userid', 'tokenid']),
  row('DELETE /access/users/{userid}/token/{tokenid}', 'pveum user token delete', ['userid', 'tokenid']),
  row('GET /access/groups', 'pveum group list'),
  row('POST /access/groups', 'pveum group add', ['groupid']),
  row('PUT /access/groups/{groupid}', 'pveum group modify', ['groupid']),
  row('DELETE /access/groups/{groupid}', 'pveum group delete', ['groupid']),
  row('GET /access/roles', 'pveum role list'),
  row('POST /access/roles', 'pveum role add', ['roleid']),
  row('PUT /access/roles/{roleid}', 'pveum role modify', ['roleid']),
  row('DELETE /access/roles/{roleid}', 'pveum role delete', ['roleid']),
  row('GET /access/acl', 'pveum acl list'),
  row('PUT /access/acl', 'pveum acl modify', ['path'], { notHere: ['delete'] }),
  row('PUT /access/acl', 'pveum acl delete', ['path'], { fixed: { delete: '1' } }),
  row('GET /access/domains', 'pveum realm list'),
  row('POST /access/domains', 'pveum realm add', ['realm']),
  row('PUT /access/domains/{realm}', 'pveum realm modify', ['realm']),
  row('DELETE /access/domains/{realm}', 'pveum realm delete', ['realm']),
  row('POST /access/domains/{realm}/sync', 'pveum realm sync', ['realm']),
  row('PUT /access/password', 'pveum passwd', ['userid'], { asksFor: ['password'] }),
  row('GET /pools', 'pveum pool list'),
  row('POST /pools', 'pveum pool add', ['poolid']),
  row('PUT /pools', 'pveum pool modify', ['poolid']),
  row('DELETE /pools', 'pveum pool delete', ['poolid']),
];

const ha = '/cluster/ha';

/** pve-ha-manager PVE/CLI/ha_manager.pm; status, crm-command stop and node-maintenance are its own, no methods of the API. */
const haManager: readonly Command[] = [
  row(`GET ${ha}/resources`, 'ha-manager config'),
  row(`POST ${ha}/resources`, 'ha-manager add', ['sid']),
  row(`PUT ${ha}/resources/{sid}`, 'ha-manager set', ['sid']),
  row(`DELETE ${ha}/resources/{sid}`, 'ha-manager remove', ['sid']),
  row(`POST ${ha}/resources/{sid}/migrate`, 'ha-manager crm-command migrate', ['sid', 'node']),
  row(`POST ${ha}/resources/{sid}/relocate`, 'ha-manager crm-command relocate', ['sid', 'node']),
  row(`GET ${ha}/rules`, 'ha-manager rules list'),
  row(`POST ${ha}/rules`, 'ha-manager rules add', ['type', 'rule']),
  row(`PUT ${ha}/rules/{rule}`, 'ha-manager rules set', ['type', 'rule']),
  row(`DELETE ${ha}/rules/{rule}`, 'ha-manager rules remove', ['rule']),
  row(`GET ${ha}/groups`, 'ha-manager groupconfig'),
  row(`POST ${ha}/groups`, 'ha-manager groupadd', ['group']),
  row(`PUT ${ha}/groups/{group}`, 'ha-manager groupset', ['group']),
  row(`DELETE ${ha}/groups/{group}`, 'ha-manager groupremove', ['group']),
  row(`POST ${ha}/status/arm-ha`, 'ha-manager crm-command arm-ha'),
  row(`POST ${ha}/status/disarm-ha`, 'ha-manager crm-command disarm-ha', ['resource-mode']),
];

/** pve-manager PVE/CLI/pvesr.pm; enable and disable are its own words for an update. */
const replication: readonly Command[] = [
  row('GET /cluster/replication', 'pvesr list'),
  row('GET /cluster/replication/{id}', 'pvesr read', ['id']),
  row('POST /cluster/replication', 'pvesr create-local-job', ['id', 'target'], { fixed: { type: 'local' } }),
  row('PUT /cluster/replication/{id}', 'pvesr update', ['id']),
  row('DELETE /cluster/replication/{id}', 'pvesr delete', ['id']),
  row(`GET ${node}/replication`, 'pvesr status'),
  row(`POST ${node}/replication/{id}/schedule_now`, 'pvesr schedule-now', ['id']),
];

const acme = '/cluster/acme';
const certificate = `${node}/certificates`;
/** It wants the name of a file for a plugin's data. */
const pluginData = { notHere: ['data'] };

/** pve-manager PVE/CLI/pvenode.pm; its cert set and acme account register are not the API's. */
const nodes: readonly Command[] = [
  row(`GET ${node}/config`, 'pvenode config get'),
  row(`PUT ${node}/config`, 'pvenode config set'),
  row(`POST ${node}/startall`, 'pvenode startall'),
  row(`POST ${node}/stopall`, 'pvenode stopall'),
  row(`POST ${node}/migrateall`, 'pvenode migrateall', ['target']),
  row(`POST ${node}/wakeonlan`, 'pvenode wakeonlan', ['node']),
  row(`GET ${certificate}/info`, 'pvenode cert info'),
  row(`DELETE ${certificate}/custom`, 'pvenode cert delete', ['restart']),
  row(`GET ${node}/tasks`, 'pvenode task list'),
  row(`GET ${node}/tasks/{upid}/status`, 'pvenode task status', ['upid']),
  row(`GET ${node}/tasks/{upid}/log`, 'pvenode task log', ['upid'], { fixed: { limit: '1000000' } }),
  row(`POST ${certificate}/acme/certificate`, 'pvenode acme cert order'),
  row(`PUT ${certificate}/acme/certificate`, 'pvenode acme cert renew'),
  row(`DELETE ${certificate}/acme/certificate`, 'pvenode acme cert revoke'),
  row(`GET ${acme}/account`, 'pvenode acme account list'),
  row(`GET ${acme}/account/{name}`, 'pvenode acme account info', ['name']),
  row(`PUT ${acme}/account/{name}`, 'pvenode acme account update', ['name']),
  row(`DELETE ${acme}/account/{name}`, 'pvenode acme account deactivate', ['name']),
  row(`GET ${acme}/plugins`, 'pvenode acme plugin list'),
  row(`GET ${acme}/plugins/{id}`, 'pvenode acme plugin config', ['id']),
  row(`POST ${acme}/plugins`, 'pvenode acme plugin add', ['type', 'id'], pluginData),
  row(`PUT ${acme}/plugins/{id}`, 'pvenode acme plugin set', ['id'], pluginData),
  row(`DELETE ${acme}/plugins/{id}`, 'pvenode acme plugin remove', ['id']),
];

/** The command tables of the tools that are not for one guest. */
export const clusterCommands: readonly Command[] = [
  ...storage,
  ...access,
  ...haManager,
  row(`POST ${node}/vzdump`, 'vzdump', ['vmid']),
  ...replication,
  ...nodes,
];

function row(
  call: string,
  command: string,
  positional: readonly string[] = [],
  more: Pick<Command, 'fixed' | 'notHere' | 'asksFor'> = {},
): Command {
  const [method, path = ''] = call.split(' ');
  return {
    method: method === 'POST' || method === 'PUT' || method === 'DELETE' ? method : 'GET',
    path,
    argv: command.split(' '),
    positional,
    ...more,
  };
}
