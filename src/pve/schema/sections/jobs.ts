// Made by scripts/generate-section-schema.mjs from the API schema of PVE 9.1; do not edit.
import type { SectionTable } from './section-table.ts';

/** What `POST /cluster/backup` takes and the file keeps. */
export const backupJobOptions: SectionTable = {
  all: { type: 'boolean', optional: true, default: 0 },
  bwlimit: { type: 'integer', optional: true, default: 0, minimum: 0 },
  comment: { type: 'string', optional: true, maxLength: 512 },
  compress: { type: 'string', optional: true, default: '0', enum: ['0', '1', 'gzip', 'lzo', 'zstd'] },
  dumpdir: { type: 'string', optional: true },
  enabled: { type: 'boolean', optional: true, default: '1' },
  exclude: { type: 'string', optional: true, format: 'pve-vmid-list' },
  'exclude-path': { type: 'string', repeated: true, optional: true },
  fleecing: { type: 'string', optional: true, format: 'backup-fleecing' },
  ionice: { type: 'integer', optional: true, default: 7, minimum: 0, maximum: 8 },
  lockwait: { type: 'integer', optional: true, default: 180, minimum: 0 },
  mailnotification: { type: 'string', optional: true, default: 'always', enum: ['always', 'failure'] },
  mailto: { type: 'string', optional: true, format: 'email-or-username-list' },
  maxfiles: { type: 'integer', optional: true, minimum: 1 },
  mode: { type: 'string', optional: true, default: 'snapshot', enum: ['snapshot', 'suspend', 'stop'] },
  node: { type: 'string', optional: true, format: 'pve-node' },
  'notes-template': { type: 'string', optional: true, requires: 'storage', maxLength: 1024 },
  'notification-mode': {
    type: 'string',
    optional: true,
    default: 'auto',
    enum: ['auto', 'legacy-sendmail', 'notification-system'],
  },
  'pbs-change-detection-mode': { type: 'string', optional: true, enum: ['legacy', 'data', 'metadata'] },
  performance: { type: 'string', optional: true, format: 'backup-performance' },
  pigz: { type: 'integer', optional: true, default: 0 },
  pool: { type: 'string', optional: true },
  protected: { type: 'boolean', optional: true, requires: 'storage' },
  'prune-backups': { type: 'string', optional: true, default: 'keep-all=1', format: 'prune-backups' },
  quiet: { type: 'boolean', optional: true, default: 0 },
  remove: { type: 'boolean', optional: true, default: 1 },
  'repeat-missed': { type: 'boolean', optional: true, default: 0 },
  schedule: { type: 'string', optional: true, maxLength: 128, format: 'pve-calendar-event' },
  script: { type: 'string', optional: true },
  stdexcludes: { type: 'boolean', optional: true, default: 1 },
  stop: { type: 'boolean', optional: true, default: 0 },
  stopwait: { type: 'integer', optional: true, default: 10, minimum: 0 },
  storage: { type: 'string', optional: true, format: 'pve-storage-id' },
  tmpdir: { type: 'string', optional: true },
  vmid: { type: 'string', optional: true, format: 'pve-vmid-list' },
  zstd: { type: 'integer', optional: true, default: 1 },
};

/** What `POST /cluster/jobs/realm-sync/{id}` takes and the file keeps. */
export const realmSyncJobOptions: SectionTable = {
  comment: { type: 'string', optional: true, maxLength: 512 },
  'enable-new': { type: 'boolean', optional: true, default: '1' },
  enabled: { type: 'boolean', optional: true, default: 1 },
  realm: { type: 'string', optional: true, maxLength: 32, format: 'pve-realm' },
  'remove-vanished': {
    type: 'string',
    optional: true,
    default: 'none',
    pattern: '(?:(?:(?:acl|properties|entry);)*(?:acl|properties|entry))|none',
  },
  schedule: { type: 'string', maxLength: 128, format: 'pve-calendar-event' },
  scope: { type: 'string', optional: true, enum: ['users', 'groups', 'both'] },
};
