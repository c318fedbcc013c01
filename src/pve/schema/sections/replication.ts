// Made by scripts/generate-section-schema.mjs from the API schema of PVE 9.1; do not edit.
import type { SectionTable } from './section-table.ts';

/** What `POST /cluster/replication` takes and the file keeps. */
export const replicationOptions: SectionTable = {
  comment: { type: 'string', optional: true, maxLength: 4096 },
  disable: { type: 'boolean', optional: true },
  rate: { type: 'number', optional: true, minimum: 1 },
  remove_job: { type: 'string', optional: true, enum: ['local', 'full'] },
  schedule: { type: 'string', optional: true, default: '*/15', maxLength: 128, format: 'pve-calendar-event' },
  source: { type: 'string', optional: true, format: 'pve-node' },
  target: { type: 'string', format: 'pve-node' },
};
