import { expect, test } from 'vitest';
import type { Fleet } from './fleet.ts';
import { openFleet } from './fleet.ts';

test('a task that fails behind an exit code of 0 is a failure, with what the task said; the rest is gone on with', async () => {
  const fleet = await openFleet();
  await fleet.cli([
    'exec',
    'pve1',
    '--',
    'for i in 100 101; do qm create $i --memory 64; done; qm start 101',
  ]);
  const document = await fleet.write(
    'web.yml',
    'vms:\n  - { vmid: 100, node: pve1, state: running }\n  - { vmid: 102, node: pve2, memory: 512, state: running }\n',
  );
  const mends = ['qmstart', 'qmreboot'].map((task) =>
    fleet.lab.faults.add('pve1', { kind: 'task-fails', task }),
  );
  const failed = await fleet.cli(['apply', document, '--yes', '--serial', '1']);
  expect(failed).toMatchObject({
    exit: 3,
    stdout: expect.stringContaining(
      'Cannot run "qm start 100": its task failed: pvefleet-lab: this task was made to fail',
    ),
  });
  expect(fleet.file('pve2', '/etc/pve/nodes/pve2/qemu-server/102.conf')).toBeUndefined();
  expect(await fleet.cli(['resume', '--last', '--yes'])).toMatchObject({
    exit: 3,
    stdout: expect.stringContaining('pve2: qm start 102 … done'),
    stderr: expect.stringContaining('Cannot go on with vm/100@lab: a step of it has failed in this run'),
  });
  // Nothing in the files tells whether a guest was restarted.
  expect(await fleet.cli(['reboot', '101', '--yes'])).toMatchObject({
    exit: 3,
    stdout: expect.stringContaining('its task failed'),
  });
  for (const mend of mends) mend();
  expect(await fleet.cli(['apply', document, '--yes'])).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('pve1: qm start 100 … done'),
  });
});

/** Two VMs that run, one on pve1 and one on pve3, to be moved to pve2 one after the other. */
async function twoToMove(): Promise<{ readonly fleet: Fleet; readonly move: readonly string[] }> {
  const fleet = await openFleet();
  for (const [node, vmid] of [
    ['pve1', '100'],
    ['pve3', '103'],
  ] as const)
    await fleet.cli([
      'exec',
      node,
      '--',
      `qm create ${vmid} --memory 64 --scsi0 local-lvm:1 >/dev/null && qm start ${vmid}`,
    ]);
  const how = ['--target', 'pve2', '--online', '--with-local-disks', '--yes', '--serial', '1'];
  return { fleet, move: ['migrate', '100,103', ...how] };
}

async function guests(fleet: Fleet): Promise<readonly string[]> {
  const listed = await fleet.cli(['ls', 'guests', '-o', 'json']);
  return (JSON.parse(listed.stdout) as { vmid: number; node: string; status: string }[]).map(
    ({ vmid, node, status }) => `${vmid} ${status} ${node}`,
  );
}

test('the node that a VM leaves is lost in the middle: nothing is said of it until it is back; resume does the rest and leaves the lock', async () => {
  const { fleet, move } = await twoToMove();
  const mend = fleet.lab.faults.add('pve1', { kind: 'lost-in', task: 'qmigrate' });
  const off = new Promise<void>((resolve) =>
    fleet.lab.faults.watch(() => fleet.lab.faults.of('pve1', 'no-power').length > 0 && resolve()),
  );
  const child = fleet.start([...move, '--json']);
  await off;
  child.kill();
  await child.ended;
  expect(await fleet.cli(['resume', '--last', '--yes'])).toMatchObject({
    exit: 4,
    stderr: expect.stringMatching(/Cannot find out how step 1\/1 ended on pve1 \(qm migrate 100 pve2/u),
  });
  expect(await guests(fleet)).toContain('103 running pve3');

  mend();
  const resumed = await fleet.cli(['resume', '--last', '--yes']);
  expect(resumed).toMatchObject({
    exit: 5,
    stdout: expect.stringMatching(
      /pve1: qm migrate 100 pve2.* … not run\n[^]*pve3: qm migrate 103 .* … done/u,
    ),
    stderr: expect.stringContaining('Cannot go on with vm/100@lab'),
  });
  expect(resumed.stdout.match(/not run/gu)).toHaveLength(1);
  // Its power went with the lock on: PVE leaves it, and so does the tool.
  expect(await guests(fleet)).toEqual(['100 stopped pve1', '103 running pve2']);
  expect(await fleet.cli(move)).toMatchObject({ exit: 6, stderr: expect.stringContaining('qm unlock 100') });
  await fleet.cli(['exec', 'pve1', '--', 'qm unlock 100']);
  expect(
    await fleet.cli(['migrate', '100', '--target', 'pve2', '--with-local-disks', '--yes']),
  ).toMatchObject({ exit: 0 });
  expect(await guests(fleet)).toContain('100 stopped pve2');
});

test('the node that a VM goes to is lost in the middle: it runs on where it is, and resume does the rest', async () => {
  const { fleet, move } = await twoToMove();
  const mend = fleet.lab.faults.add('pve2', { kind: 'lost-in', task: 'qmigrate:100' });
  expect(await fleet.cli(move)).toMatchObject({
    exit: 3,
    stdout: expect.stringMatching(/qm migrate 100[^]*failed after[^]*qm migrate 103 .* … not run/u),
  });
  expect(fleet.file('pve1', '/etc/pve/nodes/pve1/qemu-server/100.conf')).not.toContain('lock:');
  expect(await fleet.cli(['resume', '--last', '--yes'])).toMatchObject({
    exit: 4,
    stderr: expect.stringContaining("node pve2 of lab can't be read"),
  });
  mend();
  expect(await fleet.cli(['resume', '--last', '--yes'])).toMatchObject({
    exit: 3,
    stdout: expect.stringMatching(/pve3: qm migrate 103 .* … done/u),
    stderr: expect.stringContaining('Cannot go on with vm/100@lab: a step of it has failed in this run'),
  });
  expect(await guests(fleet)).toEqual(['100 running pve1', '103 running pve2']);
  expect(await fleet.cli(move)).toMatchObject({ exit: 0 });
  expect(await guests(fleet)).toEqual(['100 running pve2', '103 running pve2']);
});
