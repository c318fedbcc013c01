// Made by scripts/generate-schema.mjs from the API schema of PVE 9.1; do not edit.
import { methodTable } from './method-table.ts';

/** Replication of guests. */
export const replicationMethods = methodTable(
  {
    'comment.2': { type: 'string', maxLength: 4096 },
    guest: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    'id.2': { type: 'string', pattern: '[1-9][0-9]{2,8}-\\d{1,9}', format: 'pve-replication-job-id' },
    keep: { type: 'boolean' },
    rate: { type: 'number', minimum: 1 },
    remove_job: { type: 'string', enum: ['local', 'full'] },
    source: { type: 'string', format: 'pve-node' },
    type: { type: 'string', enum: ['local'] },
  },
  [
    'GET /cluster/replication',
    'POST /cluster/replication comment.2? disable? id.2 rate? remove_job? schedule? source? target type',
    'DELETE /cluster/replication/{id} force? id.2 keep?',
    'GET /cluster/replication/{id} id.2',
    'PUT /cluster/replication/{id} comment.2? delete? digest? disable? id.2 rate? remove_job? schedule? source?',
    'GET /nodes/{node}/replication guest? node',
    'GET /nodes/{node}/replication/{id} id.2 node',
    'GET /nodes/{node}/replication/{id}/status id.2 node',
    'GET /nodes/{node}/replication/{id}/log id.2 limit? node start?',
    'POST /nodes/{node}/replication/{id}/schedule_now id.2 node',
  ],
);
