import {
  gotifyEndpointOptions,
  notificationMatcherOptions,
  sendmailEndpointOptions,
  smtpEndpointOptions,
  webhookEndpointOptions,
} from '../schema/sections/notifications.ts';
import type { SectionTable } from '../schema/sections/section-table.ts';
import { rustDialect } from '../section-dialect.ts';
import type { SectionKind, SectionType } from '../section-kind.ts';
import { refusedConfigId } from './ha.ts';

/**
 * Nothing is required: a section may be the half that the other file completes. `origin` is written by PVE where a
 * built-in target or matcher was changed (proxmox-notify).
 */
function sectionType(table: SectionTable): SectionType {
  const all: SectionTable = { ...table, origin: { type: 'string', optional: true } };
  return { table: all, required: [], optional: Object.keys(all) };
}

/** notifications.cfg and priv/notifications.cfg, which holds the secrets of the same targets (proxmox-notify). */
export const notificationSections: SectionKind = {
  kind: 'notifications',
  summary: 'the notification targets and matchers (notifications.cfg, priv/notifications.cfg)',
  path: /^\/etc\/pve\/(?:priv\/)?notifications\.cfg$/u,
  noun: 'target or matcher',
  dialect: rustDialect,
  refusedId: refusedConfigId,
  types: {
    sendmail: sectionType(sendmailEndpointOptions),
    gotify: sectionType(gotifyEndpointOptions),
    smtp: { ...sectionType(smtpEndpointOptions), absent: { mode: 'tls' } },
    webhook: sectionType(webhookEndpointOptions),
    matcher: { ...sectionType(notificationMatcherOptions), absent: { mode: 'all', 'invert-match': '0' } },
  },
  unordered: ['mailto', 'mailto-user', 'target', 'match-calendar', 'match-field', 'match-severity'],
  absent: { disable: '0' },
  mentions: { 'mailto-user': { kind: 'user', names: (value) => [value] } },
};
