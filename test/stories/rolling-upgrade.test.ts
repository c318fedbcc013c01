import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Fleet } from './fleet.ts';
import { openFleet } from './fleet.ts';

const PLAYBOOK = join(import.meta.dirname, '..', '..', 'playbooks', 'rolling-upgrade.yml');
const NAS = 'nfs: nas\n\tpath /mnt/pve/nas\n\tserver nas\n\texport /x\n\tcontent images\n\n';

/** Ceph, a shared storage; on pve1 a VM, one under HA, and a stopped one. */
async function furnish(fleet: Fleet): Promise<void> {
  const [first] = fleet.lab.nodes;
  const files = first?.machine.files;
  files?.write('/etc/pve/storage.cfg', (files.read('/etc/pve/storage.cfg') ?? '') + NAS);
  files?.write('/etc/pve/ceph.conf', '[global]\n');
  const made = await first?.shell({
    command: `qm create 100 --name web --memory 2048 --scsi0 nas:1 && qm start 100 || exit 1
qm create 101 --name mail --memory 1024 && qm start 101 && ha-manager add vm:101 --state started
qm create 102 --name old`,
    stdin: Buffer.alloc(0),
    env: { LC_ALL: 'C.UTF-8', PATH: '/usr/bin' },
    signal: new AbortController().signal,
  });
  expect(made?.exit).toBe(0);
}

const placesOf = async (fleet: Fleet): Promise<readonly string[]> => {
  const { stdout } = await fleet.cli(['ls', 'guests', '-o', 'json']);
  const rows = JSON.parse(stdout) as readonly { vmid: number; node: string; status: string }[];
  return rows.map(({ vmid, node, status }) => `${vmid} ${node} ${status}`);
};

const HOME = ['100 pve1 running', '101 pve1 running', '102 pve1 stopped'];
const isMaintained = (fleet: Fleet): boolean =>
  fleet.file('pve1', '/etc/pve/ha/manager_status')?.includes('"pve1":{"maintenance":1}') === true;

test('a node is patched and restarted while its guests run elsewhere; a gate that fails ends it, and the same command goes on', async () => {
  const fleet = await openFleet(undefined, { haSeconds: 0.1 });
  await furnish(fleet);
  const roll = (...words: readonly string[]) =>
    fleet.cli(['run', PLAYBOOK, '-e', 'only=pve1', '-e', 'patience=0', ...words]);
  const { faults } = fleet.lab;

  const check = await roll('--check');
  expect(check).toMatchObject({ exit: 0, stderr: '' });
  for (const words of [
    'pve-manager 9.2.11 -> 9.2.12',
    'would put pve1 into maintenance; HA would move vm:101 away',
    'check mode: would move 1 guest: 100 to pve2',
    'check mode: would reboot',
    'would be back: 100',
  ])
    expect(check.stdout).toContain(words);
  expect(await placesOf(fleet)).toEqual(HOME);

  const mend = faults.add('pve1', { kind: 'offline', storage: 'nas' });
  const unwell = await roll();
  expect(unwell.exit).toBe(3);
  expect(unwell.stdout).toContain('Cannot pass the gate: storage nas is not active on pve1');
  mend();
  const busy = faults.add('pve1', { kind: 'lock', name: 'apt' });
  const locked = await roll();
  busy();
  expect(locked.exit).toBe(3);
  expect(locked.stdout).toContain('Could not get lock');
  expect(isMaintained(fleet)).toBe(true);
  expect(await placesOf(fleet)).toEqual(['100 pve3 running', '101 pve2 running', '102 pve1 stopped']);

  // Its storage does not come back after the restart.
  let breaks = true;
  let mendStorage = (): void => undefined;
  faults.watch(() => {
    if (!breaks || faults.of('pve1', 'dead').length === 0) return;
    breaks = false;
    mendStorage = faults.add('pve1', { kind: 'offline', storage: 'nas' });
  });
  const broken = await roll();
  expect(broken.exit).toBe(3);
  expect(broken.stdout).toContain('4 packages upgraded; it needs a reboot');
  expect(broken.stdout).toContain('Cannot pass the gate: storage nas is not active on pve1');
  expect(broken.stdout).toContain('Cannot go on with "Rolling upgrade": pve1 failed; not begun: pve2, pve3');
  expect(broken.stdout).toContain('When it is mended, go on with: pvefleet');
  expect(isMaintained(fleet)).toBe(true);
  expect(fleet.file('pve1', '/var/lib/pvefleet/evacuated')).toContain('"vmid":100');
  mendStorage();

  const rest = await roll();
  expect(rest).toMatchObject({ exit: 0, stderr: '' });
  expect(rest.stdout).toContain('nothing to upgrade; it needs no reboot');
  expect(rest.stdout).toContain('HA has moved vm:101 back');
  expect(rest.stdout).toContain('back: 100');
  expect(await placesOf(fleet)).toEqual(HOME);
  expect(isMaintained(fleet)).toBe(false);
  expect(fleet.file('pve1', '/proc/sys/kernel/osrelease')).toBe('6.17.15-1-pve\n');
  expect(fleet.file('pve1', '/var/lib/pvefleet/evacuated')).toBeUndefined();

  const again = await roll();
  expect(again.stdout).toMatch(/pve1 : ok=5 changed=0/u);
  expect(again.stdout).toContain('pve2 : ok=1 changed=0');
}, 240_000);
