// Made by scripts/generate-section-schema.mjs from the API schema of PVE 9.1; do not edit.
import type { SectionTable } from './section-table.ts';

/** What `POST /cluster/notifications/endpoints/sendmail` takes and the file keeps. */
export const sendmailEndpointOptions: SectionTable = {
  author: { type: 'string', optional: true },
  comment: { type: 'string', optional: true },
  disable: { type: 'boolean', optional: true, default: 0 },
  'from-address': { type: 'string', optional: true },
  mailto: { type: 'string', repeated: true, optional: true, format: 'email-or-username' },
  'mailto-user': { type: 'string', repeated: true, optional: true, format: 'pve-userid' },
};

/** What `POST /cluster/notifications/endpoints/gotify` takes and the file keeps. */
export const gotifyEndpointOptions: SectionTable = {
  comment: { type: 'string', optional: true },
  disable: { type: 'boolean', optional: true, default: 0 },
  server: { type: 'string' },
  token: { type: 'string' },
};

/** What `POST /cluster/notifications/endpoints/smtp` takes and the file keeps. */
export const smtpEndpointOptions: SectionTable = {
  author: { type: 'string', optional: true },
  comment: { type: 'string', optional: true },
  disable: { type: 'boolean', optional: true, default: 0 },
  'from-address': { type: 'string' },
  mailto: { type: 'string', repeated: true, optional: true, format: 'email-or-username' },
  'mailto-user': { type: 'string', repeated: true, optional: true, format: 'pve-userid' },
  mode: { type: 'string', optional: true, default: 'tls', enum: ['insecure', 'starttls', 'tls'] },
  password: { type: 'string', optional: true },
  port: { type: 'integer', optional: true },
  server: { type: 'string' },
  username: { type: 'string', optional: true },
};

/** What `POST /cluster/notifications/endpoints/webhook` takes and the file keeps. */
export const webhookEndpointOptions: SectionTable = {
  body: { type: 'string', optional: true },
  comment: { type: 'string', optional: true },
  disable: { type: 'boolean', optional: true, default: 0 },
  header: { type: 'string', repeated: true, optional: true },
  method: { type: 'string', enum: ['post', 'put', 'get'] },
  secret: { type: 'string', repeated: true, optional: true },
  url: { type: 'string' },
};

/** What `POST /cluster/notifications/matchers` takes and the file keeps. */
export const notificationMatcherOptions: SectionTable = {
  comment: { type: 'string', optional: true },
  disable: { type: 'boolean', optional: true, default: 0 },
  'invert-match': { type: 'boolean', optional: true },
  'match-calendar': { type: 'string', repeated: true, optional: true },
  'match-field': { type: 'string', repeated: true, optional: true },
  'match-severity': { type: 'string', repeated: true, optional: true },
  mode: { type: 'string', optional: true, default: 'all', enum: ['all', 'any'] },
  target: { type: 'string', repeated: true, optional: true, format: 'pve-configid' },
};
