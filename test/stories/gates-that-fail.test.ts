import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFleet } from './fleet.ts';

const PLAYBOOK = join(import.meta.dirname, '..', '..', 'playbooks', 'rolling-upgrade.yml');

test('each gate of the rolling upgrade that fails is told, before anything is touched; HA that does not answer, too', async () => {
  const fleet = await openFleet(undefined, { haSeconds: 3600 });
  const { faults } = fleet.lab;
  await fleet.sh('touch /etc/pve/ceph.conf && qm create 100 --name web --memory 512 && qm start 100');
  const roll = () => fleet.cli(['run', PLAYBOOK, '-e', 'ha_patience=0', '-e', 'patience=0']);
  const stops = async (what: string): Promise<void> => {
    const ran = await roll();
    expect(ran).toMatchObject({ exit: 3, stdout: expect.stringContaining(what) });
    expect(ran.stdout).toMatch(/ pve1 failed; not begun: pve2(?:, pve3)?$/mu);
  };
  const untouched = (): void =>
    expect(fleet.file('pve1', '/etc/pve/ha/crm_commands') ?? '').not.toContain('maintenance');

  let mend = faults.add('lab', { kind: 'no-quorum' });
  await stops('Cannot pass the gate: lab has no quorum, seen from pve1');
  mend();
  mend = faults.add('pve3', { kind: 'dead' });
  await stops('Cannot pass the gate: pve3 is offline; every member online is wanted');
  const boot = fleet.file('pve1', '/proc/sys/kernel/random/boot_id');
  expect(await fleet.cli(['task', 'pve1', 'reboot', 'guests=none'])).toMatchObject({
    exit: 6,
    stdout: expect.stringMatching(
      /would have 1 of 2 votes meanwhile, as pve3 is offline[^]*guest 100 runs there; none is wanted/u,
    ),
  });
  expect(fleet.file('pve1', '/proc/sys/kernel/random/boot_id')).toBe(boot);
  mend();
  await fleet.sh('systemctl stop pvestatd');
  await stops('Cannot pass the gate: pvestatd of pve1 is inactive; a running one is wanted');
  await fleet.sh('systemctl start pvestatd && ceph osd set norebalance');
  await stops('Cannot pass the gate: Ceph is HEALTH_WARN (OSDMAP_FLAGS: norebalance flag(s) set)');
  await fleet.sh('ceph osd unset norebalance && ! systemd-run --wait --unit broken false');
  expect(await fleet.cli(['task', 'pve1', 'gate', 'units=true'])).toMatchObject({
    exit: 3,
    stdout: expect.stringContaining('Cannot pass the gate: broken.service of pve1 has failed'),
  });
  untouched();
  await stops("Cannot put pve1 into maintenance: HA's manager has not taken it up after 0 s");
}, 120_000);
