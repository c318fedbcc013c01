// Makes the tables in src/pve/schema/sections/ from PVE's API schema (the same file as for generate-schema.mjs).
//   node scripts/generate-section-schema.mjs api-schema.json
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = process.argv[2];
if (source === undefined) {
  console.error('usage: node scripts/generate-section-schema.mjs api-schema.json');
  process.exit(1);
}
const api = JSON.parse(readFileSync(source, 'utf8'));

const fabricInterface = (more) => ({
  type: 'array',
  optional: 1,
  items: {
    type: 'string',
    format: {
      ip: { type: 'string', optional: 1 },
      ip6: { type: 'string', optional: 1 },
      name: { type: 'string' },
      ...more,
    },
  },
});

/**
 * Table, file, API path of the call that creates a section, and what it has beyond the schema of 9.1: options of later
 * releases and of the file only.
 */
const tables = [
  { name: 'storage', file: 'storage', path: '/storage' },
  { name: 'haResource', file: 'ha', path: '/cluster/ha/resources' },
  { name: 'haGroup', file: 'ha', path: '/cluster/ha/groups' },
  { name: 'haRule', file: 'ha', path: '/cluster/ha/rules' },
  { name: 'replication', file: 'replication', path: '/cluster/replication' },
  { name: 'backupJob', file: 'jobs', path: '/cluster/backup' },
  { name: 'realmSyncJob', file: 'jobs', path: '/cluster/jobs/realm-sync/{id}' },
  ...['sendmail', 'gotify', 'smtp', 'webhook'].map((type) => ({
    name: `${type}Endpoint`,
    file: 'notifications',
    path: `/cluster/notifications/endpoints/${type}`,
  })),
  { name: 'notificationMatcher', file: 'notifications', path: '/cluster/notifications/matchers' },
  {
    name: 'realm',
    file: 'domains',
    path: '/access/domains',
    // pve-access-control PVE/Auth/OpenId.pm
    more: { audiences: { type: 'string', optional: 1 } },
  },
  {
    name: 'pciMapping',
    file: 'mappings',
    path: '/cluster/mapping/pci',
    // pve-guest-common PVE/Mapping/PCI.pm
    moreInMap: { 'subsystem-id': { type: 'string', optional: 1, pattern: '[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}' } },
  },
  { name: 'usbMapping', file: 'mappings', path: '/cluster/mapping/usb' },
  { name: 'directoryMapping', file: 'mappings', path: '/cluster/mapping/dir' },
  { name: 'sdnZone', file: 'sdn', path: '/cluster/sdn/zones' },
  { name: 'sdnVnet', file: 'sdn', path: '/cluster/sdn/vnets' },
  { name: 'sdnSubnet', file: 'sdn', path: '/cluster/sdn/vnets/{vnet}/subnets' },
  { name: 'sdnController', file: 'sdn', path: '/cluster/sdn/controllers' },
  { name: 'sdnIpam', file: 'sdn', path: '/cluster/sdn/ipams' },
  {
    name: 'sdnDns',
    file: 'sdn',
    path: '/cluster/sdn/dns',
    // pve-network PVE/Network/SDN/Dns/Plugin.pm
    more: { fingerprint: { type: 'string', optional: 1 } },
  },
  {
    name: 'fabric',
    file: 'fabrics',
    path: '/cluster/sdn/fabrics/fabric',
    // proxmox-ve-config sdn/fabric/section_config
    more: { bfd: { type: 'boolean', optional: 1 } },
  },
  {
    name: 'fabricNode',
    file: 'fabrics',
    path: '/cluster/sdn/fabrics/node/{fabric_id}',
    more: {
      // pve-network PVE/Network/SDN/Fabrics.pm
      interfaces: fabricInterface({
        hello_multiplier: { type: 'integer', optional: 1, minimum: 2, maximum: 100 },
      }),
      asn: { type: 'integer', optional: 1, minimum: 0, maximum: 4294967295 },
      role: { type: 'string', optional: 1 },
    },
  },
  { name: 'metricServer', file: 'metrics', path: '/cluster/metrics/server/{id}' },
];

/** Parameters of the call that are no option of the section. */
const notInFile = new Set(['delete', 'digest', 'lock-token', 'type', 'protocol', 'check-connection']);

/** Of a job only (vzdump.cron): the file holds a schedule. */
const notInJobs = new Set(['dow', 'starttime']);

/** The pattern lets any letter in, and Perl knows other letters than JavaScript's \w. */
const withoutPattern = new Set(['alias']);

function property(name, raw) {
  const item = raw.type === 'array' ? { ...raw, ...raw.items, optional: raw.optional } : raw;
  const made = {
    type: item.type === 'array' ? 'string' : item.type,
    ...(raw.type === 'array' && { repeated: true }),
    ...(item.optional && { optional: true }),
    ...(item.default_key && { defaultKey: true }),
  };
  if (item.default !== undefined && item.default !== null) made.default = item.default;
  for (const key of ['enum', 'requires']) if (item[key] !== undefined) made[key] = item[key];
  for (const key of ['minimum', 'maximum', 'minLength', 'maxLength'])
    if (item[key] !== undefined) made[key] = Number(item[key]);
  if (item.pattern !== undefined && !withoutPattern.has(name))
    made.pattern = item.pattern.replaceAll('(?^:', '(?:');
  if (item.format !== undefined)
    made.format = typeof item.format === 'string' ? item.format : table(item.format);
  return made;
}

const table = (raw) =>
  Object.fromEntries(
    Object.keys(raw)
      .sort()
      .map((name) => [name, property(name, raw[name])]),
  );

/** The id of a section stands in its header: "table parameter". */
const ids = new Set([
  'storage storage',
  'haResource sid',
  'haGroup group',
  'haRule rule',
  'realm realm',
  'sdnZone zone',
  'sdnVnet vnet',
  'sdnSubnet subnet',
  'sdnController controller',
  'sdnIpam ipam',
  'sdnDns dns',
  'fabricNode fabric_id',
  'fabricNode node_id',
]);

function optionsOf({ name, path, more = {}, moreInMap }) {
  const params = api[path]?.POST?.parameters;
  if (params === undefined) throw new Error(`POST ${path} is not in ${source}`);
  const raw = Object.fromEntries(
    Object.entries({ ...params, ...more }).filter(
      ([option]) =>
        !notInFile.has(option) &&
        !ids.has(`${name} ${option}`) &&
        !(name.endsWith('Job') && notInJobs.has(option)) &&
        option !== 'id' &&
        option !== 'name',
    ),
  );
  if (moreInMap !== undefined) {
    raw.map = { ...raw.map, items: { ...raw.map.items, format: { ...raw.map.items.format, ...moreInMap } } };
  }
  return table(raw);
}

const header = '// Made by scripts/generate-section-schema.mjs from the API schema of PVE 9.1; do not edit.';
const formatter = fileURLToPath(new URL('../node_modules/oxfmt/bin/oxfmt', import.meta.url));

for (const file of new Set(tables.map((row) => row.file))) {
  const target = fileURLToPath(new URL(`../src/pve/schema/sections/${file}.ts`, import.meta.url));
  const parts = tables
    .filter((row) => row.file === file)
    .map(
      (row) =>
        `/** What \`POST ${row.path}\` takes and the file keeps. */\nexport const ${row.name}Options: SectionTable = ${JSON.stringify(optionsOf(row))};\n`,
    );
  writeFileSync(
    target,
    [header, "import type { SectionTable } from './section-table.ts';", '', ...parts].join('\n'),
  );
  execFileSync(process.execPath, [formatter, target]);
}
