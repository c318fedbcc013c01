import { expect, test } from 'vitest';
import type { Progress } from '../../src/apply/progress.ts';
import { parseProgress, progressReader } from '../../src/apply/progress.ts';

test.each<readonly [string, Progress | undefined]>([
  // Recordings of real PVE.
  ['transferred 0.0 B of 300.0 MiB (0.00%)', { percent: 0, text: 'transferred 0.0 B of 300.0 MiB (0.00%)' }],
  [
    'mirror-scsi0: transferred 24.0 MiB of 2.0 GiB (1.17%) in 0s',
    { percent: 1.17, text: 'mirror-scsi0: transferred 24.0 MiB of 2.0 GiB (1.17%) in 0s' },
  ],
  [
    '2026-11-23 19:59:20 mirror-scsi0: transferred 2.0 GiB of 2.0 GiB (100.00%) in 1s, ready',
    { percent: 100, text: 'mirror-scsi0: transferred 2.0 GiB of 2.0 GiB (100.00%) in 1s, ready' },
  ],
  [
    'INFO:  12% (1.0 GiB of 8.0 GiB) in 3s, read: 341.3 MiB/s, write: 0 B/s',
    { percent: 12, text: '12% (1.0 GiB of 8.0 GiB) in 3s, read: 341.3 MiB/s, write: 0 B/s' },
  ],
  [
    'progress 5% (read 53739520 bytes, duration 0 sec)',
    { percent: 5, text: 'progress 5% (read 53739520 bytes, duration 0 sec)' },
  ],
  [
    '2026-11-23 20:00:27 671092736 bytes (671 MB, 640 MiB) copied, 15 s, 44.4 MB/s',
    { text: '671092736 bytes (671 MB, 640 MiB) copied, 15 s, 44.4 MB/s' },
  ],
  ['mirror-scsi0: Completing block job...', undefined],
  ['INFO: status = running', undefined],
  ['total bytes read 1073741824, sparse bytes 1073741824 (100%)', undefined],
  ['INFO: backup is sparse: 1.00 GiB (100%) total zero data', undefined],
  ["Formatting '/mnt/data/images/150/vm-150-disk-0.raw', fmt=raw size=1073741824", undefined],
  ['', undefined],
])('%s', (line, progress) => {
  expect(parseProgress(line)).toEqual(progress);
});

test('lines come in pieces, and of several the last counts', () => {
  const told: Progress[] = [];
  const take = progressReader((progress) => void told.push(progress));
  take('stdout', Buffer.from('create full clone\ntransferred 1.0 GiB of 4.0 GiB (25.00%)\ntransf'));
  take('stderr', Buffer.from('a warning\n'));
  take('stdout', Buffer.from('erred 2.0 GiB of 4.0 GiB (50.00%)\rtransferred 3.0 GiB of 4.0 GiB (75.00%)\n'));
  take('stdout', Buffer.from('x'.repeat(5000)));
  take('stdout', Buffer.from('\nprogress 80% (read 5 bytes, duration 0 sec)\n'));
  expect(told.map(({ percent }) => percent)).toEqual([25, 75, 80]);
});
