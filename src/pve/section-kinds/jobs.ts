import { backupJobOptions, realmSyncJobOptions } from '../schema/sections/jobs.ts';
import { jobDialect } from '../section-dialect.ts';
import { off, plainSets, type SectionKind } from '../section-kind.ts';
import { splitList } from '../text-list.ts';

/**
 * jobs.cfg (pve-common PVE/Job/Registry.pm, pve-guest-common PVE/VZDump/JobBase.pm, pve-access-control
 * PVE/Jobs/RealmSync.pm). What a backup job leaves out is looked for in a node's vzdump.conf, and what a sync leaves out
 * in its realm: so their defaults don't equal their absence.
 */
export const jobSections: SectionKind = {
  kind: 'jobs',
  summary: 'the backup and realm sync jobs (jobs.cfg)',
  path: /^\/etc\/pve\/jobs\.cfg$/u,
  noun: 'job',
  dialect: jobDialect,
  // Older jobs are named by a UUID that begins with a digit; PVE doesn't look at the id when it reads the file.
  types: {
    vzdump: {
      table: backupJobOptions,
      required: ['schedule'],
      optional: Object.keys(backupJobOptions).filter((name) => name !== 'schedule'),
    },
    'realm-sync': {
      table: realmSyncJobOptions,
      required: ['schedule', 'scope', 'realm'],
      optional: ['enabled', 'comment', 'remove-vanished', 'enable-new'],
    },
  },
  texts: ['comment'],
  // The guests of a backup are sorted (PVE/VZDump.pm exec_backup).
  sets: plainSets('vmid', 'exclude'),
  absent: { ...off('repeat-missed', 'all'), enabled: '1' },
  mentions: {
    vmid: { kind: 'guest' },
    exclude: { kind: 'guest' },
    storage: { kind: 'storage' },
    node: { kind: 'node' },
    pool: { kind: 'pool' },
    realm: { kind: 'realm' },
    fleecing: { kind: 'storage', names: fleecingStorage },
  },
};

function fleecingStorage(value: string): readonly string[] {
  const part = value.split(',').find((text) => text.startsWith('storage='));
  return part === undefined ? [] : splitList(part.slice('storage='.length));
}
