import type { PropertyFormat } from './schema/property-schema.ts';

/** Property strings of what is not a guest's, by the names that the API schema uses. The file that registers each is given. */

const text = { type: 'string', optional: true } as const;
const flag = { type: 'boolean', optional: true } as const;
const count = { type: 'integer', optional: true } as const;
const kept = { ...count, minimum: 0 } as const;

export const clusterPropertyFormats: Readonly<Record<string, PropertyFormat>> = {
  // pve-storage PVE/Storage/Plugin.pm.
  'prune-backups': {
    'keep-all': flag,
    'keep-daily': kept,
    'keep-hourly': kept,
    'keep-last': kept,
    'keep-monthly': kept,
    'keep-weekly': kept,
    'keep-yearly': kept,
  },
  // pve-guest-common PVE/VZDump/Common.pm.
  'backup-fleecing': {
    enabled: { ...flag, default: 0, defaultKey: true },
    storage: { ...text, format: 'pve-storage-id' },
  },
  'backup-performance': {
    'max-workers': { ...count, default: 16, minimum: 1, maximum: 256 },
    'pbs-entries-max': { ...count, default: 1_048_576, minimum: 1 },
  },
  // pve-access-control PVE/Auth/Plugin.pm.
  'pve-tfa-config': {
    digits: { ...count, default: 6, minimum: 6, maximum: 8 },
    id: text,
    key: text,
    step: { ...count, default: 30, minimum: 10 },
    type: { type: 'string', enum: ['yubico', 'oath'] },
    url: text,
  },
  'realm-sync-options': {
    'enable-new': { ...flag, default: 1 },
    full: flag,
    purge: flag,
    'remove-vanished': {
      ...text,
      default: 'none',
      pattern: '(?:(?:(?:acl|properties|entry);)*(?:acl|properties|entry))|none',
    },
    scope: { ...text, enum: ['users', 'groups', 'both'] },
  },
  // pve-common PVE/JSONSchema.pm.
  'pve-node-location': {
    latitude: { type: 'number', minimum: -90, maximum: 90 },
    longitude: { type: 'number', minimum: -180, maximum: 180 },
    name: { ...text, maxLength: 128 },
  },
  // pve-network PVE/Network/SDN/SubnetPlugin.pm.
  'pve-sdn-dhcp-range': {
    'end-address': { type: 'string', format: 'ip' },
    'start-address': { type: 'string', format: 'ip' },
  },
};
