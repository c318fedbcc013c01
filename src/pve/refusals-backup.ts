import { isMethod, type RefusalRule } from './method-area.ts';

const backups = ['POST /cluster/backup', 'POST /nodes/{node}/vzdump'];

/** What PVE refuses of backups beyond its schema; pve-manager PVE/VZDump.pm verify_vzdump_parameters, and recordings. */
export const backupRules: readonly RefusalRule[] = [
  {
    // backup-02, backup-03: `--all 1 --vmid 500`.
    appliesTo: isMethod(...backups, 'PUT /cluster/backup/{id}'),
    refuse: (params) =>
      'vmid' in params
        ? ['all', 'exclude', 'pool']
            .filter((other) => other in params && !(other === 'all' && params[other] === '0'))
            .map((other) => `both vmid and ${other} are there; one of them is wanted`)
        : [],
  },
  {
    // backup-02: `--schedule 1:00` alone; backup-03: `vzdump` alone.
    appliesTo: isMethod(...backups),
    refuse: (params) =>
      ['vmid', 'all', 'exclude', 'pool', 'stop'].some((name) => name in params)
        ? []
        : ['no guest is named; vmid, all or pool is wanted'],
  },
  {
    // backup-02: `--vmid 500` alone.
    appliesTo: isMethod('POST /cluster/backup'),
    refuse: (params) =>
      'schedule' in params === 'starttime' in params
        ? ['one of schedule and starttime is wanted, not both and not none of them']
        : [],
  },
];
