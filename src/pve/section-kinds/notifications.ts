import {
  gotifyEndpointOptions,
  notificationMatcherOptions,
  sendmailEndpointOptions,
  smtpEndpointOptions,
  webhookEndpointOptions,
} from '../schema/sections/notifications.ts';
import type { SectionTable } from '../schema/sections/section-table.ts';
import { rustDialect } from '../section-dialect.ts';
import { plainSets, type SectionKind, type SectionType } from '../section-kind.ts';
import { refusedConfigId } from './ha.ts';

/** `origin` is written by PVE where a built-in target or matcher was changed (proxmox-notify). */
function endpoint(table: SectionTable, secrets: SectionTable, ...required: readonly string[]): SectionType {
  const all: SectionTable = { ...table, ...secrets, origin: { type: 'string', optional: true } };
  return { table: all, required, optional: Object.keys(all).filter((name) => !required.includes(name)) };
}

const secret = { type: 'string', optional: true } as const;

/** notifications.cfg and priv/notifications.cfg, which holds the secrets of the same targets (proxmox-notify). */
export const notificationSections: SectionKind = {
  kind: 'notifications',
  summary: 'the notification targets and matchers (notifications.cfg, priv/notifications.cfg)',
  path: /^\/etc\/pve\/(?:priv\/)?notifications\.cfg$/u,
  noun: 'target or matcher',
  dialect: rustDialect,
  refusedId: refusedConfigId,
  types: {
    sendmail: endpoint(sendmailEndpointOptions, {}),
    // Without its server and token a section may be the other half, in the other file.
    gotify: endpoint(gotifyEndpointOptions, {}),
    smtp: {
      ...endpoint(smtpEndpointOptions, { 'raw-header': { ...secret, repeated: true } }),
      absent: { mode: 'tls' },
    },
    webhook: endpoint(webhookEndpointOptions, {}),
    matcher: { ...endpoint(notificationMatcherOptions, {}), absent: { mode: 'all', 'invert-match': '0' } },
    group: {
      table: { comment: secret, endpoint: { ...secret, repeated: true }, filter: secret, origin: secret },
      required: [],
      optional: ['comment', 'endpoint', 'filter', 'origin'],
    },
  },
  sets: plainSets('mailto', 'mailto-user', 'target', 'match-calendar', 'match-field', 'match-severity'),
  absent: { disable: '0' },
  mentions: { 'mailto-user': { kind: 'user', names: (value) => [value] } },
};
