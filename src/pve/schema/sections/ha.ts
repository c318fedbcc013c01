// Made by scripts/generate-section-schema.mjs from the API schema of PVE 9.1; do not edit.
import type { SectionTable } from './section-table.ts';

/** What `POST /cluster/ha/resources` takes and the file keeps. */
export const haResourceOptions: SectionTable = {
  comment: { type: 'string', optional: true, maxLength: 4096 },
  failback: { type: 'boolean', optional: true, default: 1 },
  group: { type: 'string', optional: true, format: 'pve-configid' },
  max_relocate: { type: 'integer', optional: true, default: 1, minimum: 0 },
  max_restart: { type: 'integer', optional: true, default: 1, minimum: 0 },
  state: {
    type: 'string',
    optional: true,
    default: 'started',
    enum: ['started', 'stopped', 'enabled', 'disabled', 'ignored'],
  },
};

/** What `POST /cluster/ha/groups` takes and the file keeps. */
export const haGroupOptions: SectionTable = {
  comment: { type: 'string', optional: true, maxLength: 4096 },
  nodes: { type: 'string', format: 'pve-ha-node-list' },
  nofailback: { type: 'boolean', optional: true, default: 0 },
  restricted: { type: 'boolean', optional: true, default: 0 },
};

/** What `POST /cluster/ha/rules` takes and the file keeps. */
export const haRuleOptions: SectionTable = {
  affinity: { type: 'string', optional: true, enum: ['positive', 'negative'] },
  comment: { type: 'string', optional: true, maxLength: 4096 },
  disable: { type: 'boolean', optional: true },
  nodes: { type: 'string', optional: true, format: 'pve-ha-node-list' },
  resources: { type: 'string', format: 'pve-ha-resource-id-list' },
  strict: { type: 'boolean', optional: true, default: 0 },
};
