import { replicationOptions } from '../schema/sections/replication.ts';
import { replicationDialect } from '../section-dialect.ts';
import { off, type SectionKind } from '../section-kind.ts';
import { scheduleForm } from './schedule.ts';

/** replication.cfg (pve-guest-common PVE/ReplicationConfig.pm). */
export const replicationSections: SectionKind = {
  kind: 'replication',
  summary: 'the replication jobs of guests (replication.cfg)',
  path: /^\/etc\/pve\/replication\.cfg$/u,
  noun: 'replication job',
  dialect: replicationDialect,
  refusedId: (id) => (/^[1-9]\d{2}/u.test(id) ? undefined : 'GUEST-NUMBER with a guest from 100'),
  types: {
    local: {
      table: replicationOptions,
      required: ['target'],
      optional: ['disable', 'comment', 'rate', 'schedule', 'remove_job', 'source'],
    },
  },
  texts: ['comment'],
  forms: { schedule: scheduleForm },
  absent: { ...off('disable'), schedule: '*/15' },
  mentions: { target: { kind: 'node' }, source: { kind: 'node' } },
  idMentions: (id) => [{ kind: 'guest', name: id.replace(/-.*$/su, '') }],
};
