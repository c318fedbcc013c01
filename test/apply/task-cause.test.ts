import { expect, test } from 'vitest';
import { taskCause } from '../../src/apply/task-cause.ts';

test.each([
  [
    'the first complaint of a migration, which ends with "migration aborted" alone (recording cluster-05)',
    "2026-11-23 19:59:45 found local disk 'local:190/vm-190-disk-0.raw' (attached)\n2026-11-23 19:59:45 can't migrate local disk 'local:190/vm-190-disk-0.raw': can't live migrate attached local disks without with-local-disks option\n2026-11-23 19:59:45 ERROR: Problem found while scanning volumes - can't migrate VM - check log\n",
    "can't migrate local disk 'local:190/vm-190-disk-0.raw': can't live migrate attached local disks without with-local-disks option",
  ],
  [
    'what stands after the word that all of them end with',
    "2026-11-30 00:02:54 ERROR: migration aborted (duration 00:00:00): cannot migrate local bind mount point 'mp2'\n",
    "cannot migrate local bind mount point 'mp2'",
  ],
  [
    'the error of a backup',
    'INFO: starting new backup job\nERROR: Backup of VM 110 failed - no such volume\nINFO: Backup job finished with errors\n',
    'Backup of VM 110 failed - no such volume',
  ],
  ['nothing where nothing complains', 'INFO: all is well\n', undefined],
])('the cause of a failed task: %s', (_, stdout, cause) => {
  expect(taskCause(stdout)).toBe(cause);
});
