import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Fleet } from './fleet.ts';
import { openFleet } from './fleet.ts';

const PLAYBOOKS = join(import.meta.dirname, '..', '..', 'playbooks');

const rolling =
  (fleet: Fleet) =>
  (...words: readonly string[]) =>
    fleet.cli(['run', join(PLAYBOOKS, 'rolling-upgrade.yml'), '-e', 'patience=5', ...words]);

const running = async (fleet: Fleet): Promise<readonly string[]> => {
  const { stdout } = await fleet.cli(['ls', 'guests', '-o', 'json']);
  const rows = JSON.parse(stdout) as readonly { vmid: number; node: string; status: string }[];
  return rows.flatMap(({ vmid, node, status }) => (status === 'running' ? [`${vmid} ${node}`] : []));
};

test('a node of its own is patched when its guests may go down with it, and they all run afterwards', async () => {
  const fleet = await openFleet('lone');
  const roll = rolling(fleet);
  await fleet.sh(
    'qm create 100 --name web --memory 512 --onboot 1 && qm start 100 && qm create 101 --name lab --memory 512 && qm start 101 && qm create 102 --name off',
  );
  const stuck = await roll();
  expect(stuck.exit).toBe(6);
  expect(stuck.stdout).toMatch(/Cannot move vm\/10[01]@pve away: no other node may take it[^]*call "stay"/u);
  expect(fleet.file('pve', '/proc/sys/kernel/osrelease')).not.toBe('6.17.15-1-pve\n');
  const checked = await roll('-e', 'stay=all', '--check');
  expect(checked).toMatchObject({ exit: 0, stderr: '' });
  expect(await running(fleet)).toEqual(['100 pve', '101 pve']);
  const done = await roll('-e', 'stay=all');
  expect(done).toMatchObject({ exit: 0, stderr: '' });
  expect(fleet.file('pve', '/proc/sys/kernel/osrelease')).toBe('6.17.15-1-pve\n');
  expect(await running(fleet)).toEqual(['100 pve', '101 pve']);
}, 120_000);

test('two nodes: what would cost the quorum is told before anything is touched; a node that does not come back ends it', async () => {
  const named = join(import.meta.dirname, 'two-nodes.yml');
  const fleet = await openFleet(named);
  const roll = rolling(fleet);
  const { faults } = fleet.lab;
  await fleet.sh('qm create 100 --name web --memory 512 && qm start 100');
  const maintained = () => fleet.file('a1', '/etc/pve/ha/crm_commands') ?? '';

  expect(await roll('-e', 'only=a1,a3')).toMatchObject({
    exit: 3,
    stdout: expect.stringContaining('no host is called a3'),
  });
  expect(await fleet.cli(['run', join(PLAYBOOKS, 'evacuate.yml')])).toMatchObject({
    exit: 3,
    stdout: expect.stringContaining('name hosts of the inventory, as in -e only=pve2; none is given'),
  });
  const hidden = await roll('-l', 'a1', '-e', 'lose_quorum=true');
  expect(hidden).toMatchObject({ exit: 6, stdout: expect.stringContaining('vm/100@duo') });
  expect(hidden.stdout).toContain('host a2 was not asked (--limit');
  const refused = await roll();
  expect(refused).toMatchObject({
    exit: 6,
    stdout: expect.stringContaining(
      'Cannot reboot a1: its cluster would have 1 of 2 votes meanwhile; quorum',
    ),
  });
  expect(maintained()).not.toContain('maintenance');
  expect(await running(fleet)).toEqual(['100 a1']);

  // It goes down, and stays so.
  const down = new Promise<() => void>((resolve) => {
    let isFirst = true;
    faults.watch(() => {
      if (!isFirst || faults.of('a1', 'dead').length === 0) return;
      isFirst = false;
      resolve(faults.add('a1', { kind: 'dead' }));
    });
  });
  const lost = await roll(
    '-e',
    'lose_quorum=true',
    '-e',
    'boot_patience=0',
    '--start-at-task',
    'Only hosts that there are',
  );
  expect(lost.stdout).toMatch(
    /Cannot see the end of the reboot: a1 (?:does not answer|has not gone down) after \d+ s/u,
  );
  expect(lost.stdout).toContain('Cannot go on with "Rolling upgrade": a1 failed; not begun: a2');
  // The run may have given up before it was down.
  const bringBack = await down;
  const away = await roll('-e', 'lose_quorum=true');
  expect(away.stdout).toContain('Cannot pass the gate: duo has no quorum, seen from a2');
  bringBack();
  // The lock that could not be given back without quorum; it is free two minutes later by itself.
  await fleet.sh('rmdir /etc/pve/priv/lock/pvefleet || true');
  const rest = await roll('-e', 'lose_quorum=true', '-e', 'only=a1');
  expect(rest).toMatchObject({ exit: 0, stderr: '', stdout: expect.stringContaining('back: 100') });
  expect(await running(fleet)).toEqual(['100 a1']);
  expect(fleet.file('a1', '/etc/pve/ha/manager_status')).not.toContain('"a1":{"maintenance":1}');
}, 180_000);
