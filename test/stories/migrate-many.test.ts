import { expect, test } from 'vitest';
import type { Fleet } from './fleet.ts';
import { openFleet } from './fleet.ts';

/** How often a node's task log has each task: "qmigrate 100". */
function tasksOf(fleet: Fleet, node: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const line of (fleet.file(node, '/var/log/pve/tasks/index') ?? '').split('\n')) {
    const [, , , , , type = '', id = ''] = line.split(':');
    if (type === 'qmigrate') counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
}

test('ten live migrations, two at once; the controller is killed in the middle, resume finishes, and none ran twice', async () => {
  const fleet = await openFleet();
  const vmids = Array.from({ length: 10 }, (_, index) => 100 + index);
  await fleet.cli([
    'exec',
    'pve1',
    '--',
    vmids
      .map((vmid) => `qm create ${vmid} --memory 64 --scsi0 local-lvm:1 >/dev/null && qm start ${vmid}`)
      .join('; '),
  ]);
  const move = [
    'migrate',
    '100:109',
    '--target',
    'pve2',
    '--online',
    '--with-local-disks',
    '--yes',
    '--json',
  ];
  const child = fleet.start(move);
  await child.until('"command":"qm migrate 104 pve2');
  child.kill();
  const { stdout } = await child.ended;
  const begun = [
    ...stdout.matchAll(/"type":"step-(?<what>started|finished)".*?"command":"qm migrate (?<vmid>\d+)/gu),
  ];
  let [now, most] = [0, 0];
  for (const { groups } of begun) {
    now += groups?.['what'] === 'started' ? 1 : -1;
    most = Math.max(most, now);
  }
  expect(most).toBe(2);

  const resumed = await fleet.cli(['resume', '--last', '--yes']);
  expect(resumed).toMatchObject({ exit: 0, stderr: '' });
  expect(tasksOf(fleet, 'pve1')).toEqual(Object.fromEntries(vmids.map((vmid) => [vmid, 1])));
  const listed = await fleet.cli(['ls', 'guests', '-o', 'json']);
  expect(
    (JSON.parse(listed.stdout) as { vmid: number; node: string; status: string }[]).map(
      ({ vmid, node, status }) => `${vmid} ${status} ${node}`,
    ),
  ).toEqual(vmids.map((vmid) => `${vmid} running pve2`));
});
