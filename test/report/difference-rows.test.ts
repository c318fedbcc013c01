import { expect, test } from 'vitest';
import { differenceRows, pendingNote } from '../../src/report/difference-rows.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { plansOf, specOf } from '../rollback/run-of.ts';

test('of a disk that grows and is set its size comes at once; a part that nothing waited for has no note', () => {
  const disk = 'local-lvm:vm-100-disk-0';
  const text = `scsi0: ${disk},size=4G\n\n[PENDING]\nscsi0: ${disk},discard=on,size=4G\n`;
  const survey = labSurvey({ files: { '/etc/pve/nodes/pve1/qemu-server/100.conf': text }, live: [100] });
  const plans = plansOf(
    survey,
    specOf('vm', { vmid: 100, scsi0: { size: '5G', cache: 'none', discard: null } }),
  );
  const rows = plans.flatMap(({ changes }) =>
    changes.flatMap((change) => change.differences.flatMap(differenceRows)),
  );
  expect(rows.map((row) => [row.name, row.before, row.after, row.effect, pendingNote(row)])).toEqual([
    ['scsi0.size', '4G', '5G', 'now', undefined],
    ['scsi0.discard', 'on', undefined, 'restart', 'on is pending, it runs without'],
    ['scsi0.cache', undefined, 'none', 'restart', undefined],
  ]);
});
