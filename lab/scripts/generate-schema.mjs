#!/usr/bin/env node
// Makes from PVE's API schema src/pve/schema/methods.ts, the parameters of the API methods that the lab's commands use, and
// src/pve/schema/paths.ts, all its paths.
// Usage: node lab/scripts/generate-schema.mjs PATH/api-schema.json
import { readFileSync, writeFileSync } from 'node:fs';

const NODE = '/nodes/{node}';
const QEMU = `${NODE}/qemu/{vmid}`;
const LXC = `${NODE}/lxc/{vmid}`;

/** Method and path of every API method that a lab command runs. */
const METHODS = [
  `GET ${NODE}/qemu`,
  `POST ${NODE}/qemu`,
  `DELETE ${QEMU}`,
  `GET ${QEMU}/config`,
  `PUT ${QEMU}/config`,
  `GET ${QEMU}/pending`,
  `PUT ${QEMU}/unlink`,
  `PUT ${QEMU}/resize`,
  ...['start', 'stop', 'reset', 'shutdown', 'reboot', 'suspend', 'resume'].map(
    (verb) => `POST ${QEMU}/status/${verb}`,
  ),
  `GET ${QEMU}/status/current`,
  `POST ${QEMU}/agent`,
  `POST ${QEMU}/agent/exec`,
  `GET ${QEMU}/agent/exec-status`,
  `POST ${QEMU}/agent/set-user-password`,
  `PUT ${QEMU}/sendkey`,
  `GET ${QEMU}/cloudinit`,
  `PUT ${QEMU}/cloudinit`,
  `GET ${QEMU}/cloudinit/dump`,
  ...[QEMU, LXC].flatMap((guest) => [
    `GET ${guest}/feature`,
    `GET ${guest}/snapshot/{snapname}`,
    `GET ${guest}/snapshot/{snapname}/config`,
    `PUT ${guest}/snapshot/{snapname}/config`,
  ]),
  `GET ${LXC}/interfaces`,
  `POST ${QEMU}/template`,
  `POST ${QEMU}/clone`,
  `POST ${QEMU}/move_disk`,
  `POST ${QEMU}/migrate`,
  `GET ${QEMU}/migrate`,
  `POST ${QEMU}/snapshot`,
  `GET ${QEMU}/snapshot`,
  `DELETE ${QEMU}/snapshot/{snapname}`,
  `POST ${QEMU}/snapshot/{snapname}/rollback`,
  `GET ${NODE}/lxc`,
  `POST ${NODE}/lxc`,
  `DELETE ${LXC}`,
  `GET ${LXC}/config`,
  `PUT ${LXC}/config`,
  `GET ${LXC}/pending`,
  `PUT ${LXC}/resize`,
  ...['start', 'stop', 'shutdown', 'reboot', 'suspend', 'resume'].map((verb) => `POST ${LXC}/status/${verb}`),
  `GET ${LXC}/status/current`,
  `POST ${LXC}/template`,
  `POST ${LXC}/clone`,
  `POST ${LXC}/move_volume`,
  `POST ${LXC}/migrate`,
  `POST ${LXC}/snapshot`,
  `GET ${LXC}/snapshot`,
  `DELETE ${LXC}/snapshot/{snapname}`,
  `POST ${LXC}/snapshot/{snapname}/rollback`,
  `GET ${NODE}/storage`,
  `GET ${NODE}/storage/{storage}/status`,
  `GET ${NODE}/storage/{storage}/content`,
  `POST ${NODE}/storage/{storage}/content`,
  `GET ${NODE}/storage/{storage}/content/{volume}`,
  `DELETE ${NODE}/storage/{storage}/content/{volume}`,
  `PUT ${NODE}/storage/{storage}/content/{volume}`,
  `DELETE ${NODE}/storage/{storage}/prunebackups`,
  `POST ${NODE}/storage/{storage}/download-url`,
  `POST ${NODE}/vzdump`,
  `GET ${NODE}/tasks`,
  `DELETE ${NODE}/tasks/{upid}`,
  `GET ${NODE}/tasks/{upid}/log`,
  `GET ${NODE}/tasks/{upid}/status`,
  'POST /cluster/ha/resources',
  'PUT /cluster/ha/resources/{sid}',
  'DELETE /cluster/ha/resources/{sid}',
  'GET /cluster/ha/resources',
  ...[QEMU, LXC].flatMap((guest) => [
    ...['GET', 'POST'].map((verb) => `${verb} ${guest}/firewall/rules`),
    ...['GET', 'PUT', 'DELETE'].map((verb) => `${verb} ${guest}/firewall/rules/{pos}`),
  ]),
  `PUT ${QEMU}/firewall/options`,
  `PUT ${LXC}/firewall/options`,
  'GET /cluster/backup',
  'POST /cluster/backup',
  'GET /cluster/backup/{id}',
  'PUT /cluster/backup/{id}',
  'DELETE /cluster/backup/{id}',
  ...['pci', 'usb', 'dir'].flatMap((kind) => [
    ...['GET', 'POST'].map((verb) => `${verb} /cluster/mapping/${kind}`),
    ...['GET', 'PUT', 'DELETE'].map((verb) => `${verb} /cluster/mapping/${kind}/{id}`),
  ]),
  'GET /cluster/replication',
  'POST /cluster/replication',
  'GET /cluster/replication/{id}',
  'PUT /cluster/replication/{id}',
  'DELETE /cluster/replication/{id}',
  `GET ${NODE}/replication`,
  ...['GET', 'DELETE'].map((verb) => `${verb} ${NODE}/storage/{storage}/prunebackups`),
  ...['startall', 'stopall', 'migrateall', 'wakeonlan'].map((verb) => `POST ${NODE}/${verb}`),
  'PUT /access/acl',
  'GET /pools',
  'GET /pools/{poolid}',
  'PUT /pools/{poolid}',
  'DELETE /pools/{poolid}',
  'POST /pools',
  'PUT /pools',
  'DELETE /pools',
  ...['cifs', 'iscsi', 'lvm', 'lvmthin', 'nfs', 'zfs'].map((what) => `GET ${NODE}/scan/${what}`),
  'GET /storage',
  'GET /storage/{storage}',
  'POST /storage',
  'PUT /storage/{storage}',
  'DELETE /storage/{storage}',
  'GET /cluster/resources',
  'GET /cluster/status',
  'GET /nodes',
  'GET /version',
];

/** Paths of which every method is there, and all below them. */
const WHOLE = [
  '/access',
  '/cluster/config',
  '/cluster/firewall',
  '/cluster/ha',
  '/cluster/jobs',
  '/cluster/metrics',
  '/cluster/notifications',
  '/cluster/options',
  '/cluster/sdn',
  ...['config', 'dns', 'firewall', 'hosts', 'network', 'sdn', 'services', 'subscription', 'time'].map(
    (name) => `${NODE}/${name}`,
  ),
  `${QEMU}/firewall`,
  `${LXC}/firewall`,
];

const KEPT = [
  'type',
  'format',
  'enum',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
  'optional',
  'default',
  'default_key',
  'alias',
  'keyAlias',
  'requires',
  'items',
];
const NUMBERS = new Set(['minimum', 'maximum', 'minLength', 'maxLength', 'optional', 'default_key']);

function slim(schema) {
  const out = {};
  for (const key of KEPT) {
    if (!(key in schema)) continue;
    const value = schema[key];
    if (key === 'format' && typeof value === 'object') out.format = slimAll(value);
    else if (key === 'items') out.items = slim(value);
    else if (key === 'default') out.default = String(value);
    else if (key === 'requires' && typeof value !== 'string') continue;
    else if (value === null) continue;
    else out[key] = NUMBERS.has(key) ? Number(value) : value;
  }
  return out;
}

function slimAll(properties) {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, slim(schema)]));
}

const [source] = process.argv.slice(2);
if (source === undefined) {
  console.error(
    'Cannot generate the schema: no path to api-schema.json given; usage: generate-schema.mjs PATH',
  );
  process.exit(1);
}
const api = JSON.parse(readFileSync(source, 'utf8'));
const whole = Object.entries(api)
  .filter(([path]) => WHOLE.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)))
  .flatMap(([path, methods]) => Object.keys(methods).map((verb) => `${verb} ${path}`));
const lines = [...new Set([...METHODS, ...whole])].map((method) => {
  const [verb, path] = method.split(' ');
  const found = api[path]?.[verb];
  if (found === undefined) throw new Error(`no ${method} in ${source}`);
  return `  ${JSON.stringify(method)}: ${JSON.stringify(slimAll(found.parameters))},`;
});
const text = `// Made by lab/scripts/generate-schema.mjs from PVE's API schema (pvesh usage, apidoc); do not edit.
import type { Properties } from './types.ts';

/** Parameters by method, named as "VERB path"; \`net[n]\` stands for net0, net1, ... */
export const METHODS: Readonly<Record<string, Properties>> = {
${lines.join('\n')}
};
`;
writeFileSync(new URL('../src/pve/schema/methods.ts', import.meta.url), text);

const LETTERS = { GET: 'r', PUT: 'w', POST: 'c', DELETE: 'd' };
const paths = Object.entries(api).map(
  ([path, methods]) =>
    `  ${JSON.stringify(path)}: '${Object.keys(LETTERS)
      .filter((verb) => verb in methods)
      .map((verb) => LETTERS[verb])
      .join('')}',`,
);
writeFileSync(
  new URL('../src/pve/schema/paths.ts', import.meta.url),
  `// Made by lab/scripts/generate-schema.mjs from PVE's API schema; do not edit.

/** Every path of the API with its methods: r is GET, w PUT, c POST, d DELETE. */
export const PATHS: Readonly<Record<string, string>> = {
${paths.join('\n')}
};
`,
);
