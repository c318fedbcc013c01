import { expect, test } from 'vitest';
import { actTable } from '../../src/guest-acts/act-table.ts';
import { restoreWords } from '../../src/guest-acts/copy-words.ts';
import { exampleLines } from '../../src/modules/kinds-page.ts';
import { modules } from '../../src/modules/registry.ts';
import { openFleet, recap } from './fleet.ts';

const acts = { ...actTable, restore: restoreWords };

/** In an order in which each finds what it needs. */
const order: readonly (keyof typeof acts)[] = [
  'reassign',
  'start',
  'stop',
  'clone',
  'migrate',
  'backup',
  'rollback',
  'reboot',
  'suspend',
  'resume',
  'hibernate',
  'auto_snapshot',
  'shutdown',
  'restore',
];

const prepare = `qm create 101 --name other --memory 64
qm create 102 --name source --memory 64 --scsi0 local-lvm:1 --scsi1 local-lvm:1
qm create 103 --name mover --memory 64 --scsi0 local-lvm:1 && qm start 103
qm create 130 --name back --memory 64 --scsi0 local-lvm:1 && vzdump 130 --storage local --compress zstd --quiet 1
cd /var/lib/vz/dump && mv vzdump-qemu-130-*.vma.zst vzdump-qemu-130-2026_11_29-01_00_00.vma.zst
qm destroy 130`;

const play = (examples: readonly string[]): string =>
  ['- hosts: pve1', '  tasks:', ...examples.flatMap(exampleLines), ''].join('\n');

test('the examples of docs/kinds.md do what they say: kinds are so then, acts are done', async () => {
  const fleet = await openFleet();
  expect(await fleet.cli(['exec', 'pve1', '--', prepare])).toMatchObject({ exit: 0 });

  const kinds = await fleet.write('kinds.yml', play(modules.map(({ example }) => example)));
  const made = await fleet.cli(['run', kinds]);
  expect([made.exit, made.stderr]).toEqual([0, '']);
  expect(recap(made.stdout)).toEqual({
    pve1: `ok=${modules.length} changed=${modules.length} unreachable=0 failed=0 skipped=0`,
  });
  const again = await fleet.cli(['run', kinds, '--check']);
  expect(recap(again.stdout)).toEqual({
    pve1: `ok=${modules.length} changed=0 unreachable=0 failed=0 skipped=0`,
  });

  expect([...order].toSorted()).toEqual(Object.keys(acts).toSorted());
  const done = await fleet.cli([
    'run',
    await fleet.write('acts.yml', play(order.map((name) => acts[name].example))),
  ]);
  expect([done.exit, done.stderr]).toEqual([0, '']);
  expect(recap(done.stdout)).toEqual({
    pve1: `ok=${order.length} changed=${order.length} unreachable=0 failed=0 skipped=0`,
  });
});
