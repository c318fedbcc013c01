import { expect, test } from 'vitest';
import { openFleet } from './fleet.ts';

const NODES = ['pve1', 'pve2', 'pve3'];
const conf = (node: string, vmid: number): string => `/etc/pve/nodes/${node}/qemu-server/${vmid}.conf`;

/** A VM with a disk on each node. */
const DISKS = [
  'vms:',
  ...NODES.map((node, index) => `  - { vmid: ${101 + index}, node: ${node}, scsi0: "local-lvm:4" }`),
  '',
].join('\n');

test('a batch with a failure is the last; run again, the rest is made up for', async () => {
  const fleet = await openFleet();
  const document = await fleet.write('disks.yml', DISKS);
  const mend = fleet.lab.faults.add('pve1', { kind: 'full', storage: 'local-lvm' });
  const halted = await fleet.cli(['apply', document, '--yes', '--serial', '1,100%']);
  expect(halted.exit).toBe(3);
  expect(halted.stdout).toContain('BATCH 1 of 2  lab/pve1');
  expect(halted.stdout).not.toContain('BATCH 2');
  expect(halted.stdout).toContain(
    'Cannot go on: 1 of the 1 node of this batch failed; at most 0% may (--max-fail-percentage)',
  );
  expect(fleet.file('pve2', conf('pve2', 102))).toBeUndefined();

  const through = await fleet.cli([
    'apply',
    document,
    '--yes',
    '--serial',
    '1',
    '--max-fail-percentage',
    '100',
  ]);
  expect(through.exit).toBe(3);
  expect(through.stdout).toContain('BATCH 3 of 3  lab/pve3');
  expect(fleet.file('pve3', conf('pve3', 103))).toContain('scsi0:');
  mend();
  const again = await fleet.cli(['apply', document, '--yes', '--serial', '1', '--pause', '1']);
  expect(again).toMatchObject({ exit: 0, stdout: expect.stringContaining('1 command was run') });
});

test('the config file puts brakes on, the plan shows them, and both plan and apply refuse', async () => {
  const fleet = await openFleet();
  const document = await fleet.write('disks.yml', DISKS);
  const config = await fleet.write('pvefleet.yml', 'max-changes: 2\nserial: [1, 100%]\npause: 30\n');
  const env = { PVEFLEET_CONFIG: config };
  const plan = await fleet.cli(['plan', document], { env });
  expect(plan.exit).toBe(6);
  expect(plan.stdout).toContain(
    "Brakes: at most 2 changes, 10 restarts; nodes in batches of 1, 100%; 30 s between batches; stop when more than 0% of a batch's nodes fail.",
  );
  expect(plan.stdout.trimEnd().split('\n').at(-1)).toMatch(/^Plan: 3 to add/u);
  const applied = await fleet.cli(['apply', document, '--yes'], { env });
  expect(applied.exit).toBe(6);
  expect(applied.stderr).toContain(
    'Cannot apply this plan: it has 3 changes; at most 2 are allowed (--max-changes)',
  );
  expect(applied.stderr).toContain('Nothing was applied: the plan is refused.');
  expect(NODES.map(fleet.tasks)).toEqual([0, 0, 0]);
  const result = await fleet.cli(['apply', document, '--yes', '--json'], { env });
  expect(JSON.parse(result.stdout.split('\n').at(-1) ?? '')).toEqual({
    type: 'result',
    success: false,
    changes_applied: [],
    errors: ['Cannot apply this plan: it has 3 changes; at most 2 are allowed (--max-changes)'],
    checkpoint: null,
  });
  expect(NODES.map(fleet.tasks)).toEqual([0, 0, 0]);
  const said = await fleet.cli(['apply', document, '--yes', '--max-changes', '3', '--pause', '0'], { env });
  expect(said.exit).toBe(0);
});

test('another program asks, compares and applies by the contract', async () => {
  const fleet = await openFleet();
  const document = await fleet.write('disks.yml', DISKS);
  const diff = await fleet.cli(['diff', document, '--json']);
  const file = await fleet.write('diff.json', diff.stdout);
  const applied = await fleet.cli(['apply', file, '--yes', '--json']);
  expect(applied).toMatchObject({ exit: 0, stderr: '' });
  expect(JSON.parse(applied.stdout)).toEqual({
    type: 'result',
    success: true,
    changes_applied: ['create vm/101@lab', 'create vm/102@lab', 'create vm/103@lab'],
    errors: [],
    checkpoint: {
      id: expect.stringMatching(/^\d{8}t\d{9}-\w{4}$/u),
      plugin: 'proxmox',
      timestamp: expect.any(Number),
      state_snapshot: { 'vm/101@lab': null, 'vm/102@lab': null, 'vm/103@lab': null },
      backend_checkpoint: null,
    },
  });
  const stale = await fleet.cli(['apply', file, '--yes', '--json']);
  expect(stale.exit).toBe(5);
  expect(JSON.parse(stale.stdout)).toMatchObject({
    success: false,
    errors: [expect.stringContaining('its resources are not what they were when it was made')],
  });
  const state = await fleet.cli(['query', '--json']);
  const asked = await fleet.cli(['diff', await fleet.write('state.json', state.stdout)]);
  expect((JSON.parse(asked.stdout) as { actions: readonly unknown[] }).actions).toEqual(
    ['vm/101@lab', 'vm/102@lab', 'vm/103@lab'].map((resource) => ({ NoOp: { resource } })),
  );
});
