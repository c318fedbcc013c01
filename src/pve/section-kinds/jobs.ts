import { backupJobOptions, realmSyncJobOptions } from '../schema/sections/jobs.ts';
import { jobDialect } from '../section-dialect.ts';
import { asSet, off, type OptionRefusal, type SectionKind } from '../section-kind.ts';
import { parseBoolean } from '../scalar-form.ts';
import { splitList } from '../text-list.ts';
import { scheduleForm } from './schedule.ts';
import { checkPrune, pruneForm } from './prune-backups.ts';

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
  // The guests of a backup are sorted (PVE/VZDump.pm exec_backup), what a sync removes is a set (PVE/Auth/Plugin.pm).
  forms: {
    vmid: asSet(),
    exclude: asSet(),
    schedule: scheduleForm,
    compress: compressForm,
    'prune-backups': pruneForm,
    'remove-vanished': asSet(),
  },
  absent: { ...off('repeat-missed', 'all'), enabled: '1' },
  check: checkJob,
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

/** PVE/VZDump.pm compressor_info. */
function compressForm(value: string): string {
  return value === '1' ? 'lzo' : value;
}

function fleecingStorage(value: string): readonly string[] {
  const part = value.split(',').find((text) => text.startsWith('storage='));
  return part === undefined ? [] : splitList(part.slice('storage='.length));
}

/** PVE/VZDump/Common.pm verify_backup_fleecing. */
function checkJob(_type: string, options: Readonly<Record<string, string>>): readonly OptionRefusal[] {
  const fleecing = options['fleecing'] ?? '';
  const isOn = fleecing.split(',').some((part) => parseBoolean(part.replace(/^enabled=/u, '')) === '1');
  const noStorage: OptionRefusal = {
    key: 'fleecing',
    severity: 'error',
    message: '"fleecing" is on without a storage; storage=NAME is wanted',
  };
  return [
    ...checkPrune(options['prune-backups']),
    ...(isOn && fleecingStorage(fleecing).length === 0 ? [noStorage] : []),
  ];
}
