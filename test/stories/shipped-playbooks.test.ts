import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Fleet } from './fleet.ts';
import { openFleet } from './fleet.ts';

const playbook = (name: string): string => join(import.meta.dirname, '..', '..', 'playbooks', `${name}.yml`);

const placesOf = async (fleet: Fleet): Promise<readonly string[]> => {
  const { stdout } = await fleet.cli(['ls', 'guests', '-o', 'json']);
  const rows = JSON.parse(stdout) as readonly { vmid: number; node: string; status: string }[];
  return rows.map(({ vmid, node, status }) => `${vmid} ${node} ${status}`);
};

test('bootstrap, evacuate and return, and which guests have no backup', async () => {
  const fleet = await openFleet();
  const run = (name: string, ...words: readonly string[]) => fleet.cli(['run', playbook(name), ...words]);
  await fleet.sh(`mkdir -p /sys/module/zfs/parameters && echo 0 > /sys/module/zfs/parameters/zfs_arc_max
echo 'deb https://enterprise.proxmox.com/debian/pve trixie pve-enterprise' > /etc/apt/sources.list.d/pve-enterprise.list
printf 'Types: deb\\nURIs: https://enterprise.proxmox.com/debian/ceph-squid\\nSuites: trixie\\nComponents: enterprise\\n' > /etc/apt/sources.list.d/ceph.sources
qm create 100 --name web --memory 512 && qm start 100
qm create 101 --name gpu --memory 512 --hostpci0 0000:01:00.0 && qm start 101
qm create 102 --name old --memory 512
vzdump 102 --storage local --quiet 1`);

  const first = await run('bootstrap', '-l', 'pve1');
  expect(first).toMatchObject({ exit: 0, stderr: '' });
  expect(fleet.file('pve1', '/etc/modprobe.d/zfs.conf')).toBe('options zfs zfs_arc_max=6871318528\n');
  expect(fleet.file('pve1', '/sys/module/zfs/parameters/zfs_arc_max')).toBe('6871318528\n');
  expect(fleet.file('pve1', '/etc/apt/sources.list.d/pve-enterprise.list')).toBeUndefined();
  expect(fleet.file('pve1', '/etc/apt/sources.list.d/ceph.sources')).toBe(
    'Types: deb\nURIs: http://download.proxmox.com/debian/ceph-squid\nSuites: trixie\nComponents: no-subscription\n',
  );
  expect(fleet.file('pve1', '/etc/ssh/sshd_config.d/50-hardening.conf')).toContain(
    'PasswordAuthentication no',
  );
  expect(await run('bootstrap', '-l', 'pve1')).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('Nothing changed'),
  });

  const stuck = await run('evacuate', '-e', 'only=pve1');
  expect(stuck.exit).toBe(6);
  expect(stuck.stdout).toContain('hostpci0 is 0000:01:00.0, which is a device of pve1');
  expect(fleet.file('pve1', '/etc/pve/ha/manager_status')).toBeUndefined();
  const left = await run('evacuate', '-e', '{"only": "pve1,pve2", "stay": ["101"], "stopped": true}');
  expect(left.stdout).toContain('2 guests: 100 to pve3, 102 to pve3; 101 stays');
  expect(await placesOf(fleet)).toEqual(['100 pve3 running', '101 pve1 running', '102 pve3 stopped']);
  expect(await run('evacuate', '-e', 'only=pve1,pve2', '--tags', 'return')).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('back: 100, 102'),
  });
  expect(await placesOf(fleet)).toEqual(['100 pve1 running', '101 pve1 running', '102 pve1 stopped']);

  const audit = await run('backup-audit');
  expect(audit.exit).toBe(3);
  expect(audit.stdout).toContain('guest 100 has no backup at all');
  expect(audit.stdout).not.toContain('guest 102');
  expect(await run('backup-audit', '-e', '{"except": [100, 101]}')).toMatchObject({ exit: 0 });
  const old = await run('backup-audit', '-e', '{"except": [100, 101], "max_days": -1}');
  expect(old.stdout).toMatch(/guest 102 has no backup newer than \d{4}_\d\d_\d\d/u);
}, 240_000);

test('from 8 to 9: what is not up to date or fails the checklist ends it; then the node is on 9', async () => {
  const fleet = await openFleet(undefined, {}, '8');
  const run = () => fleet.cli(['run', playbook('upgrade-8-to-9'), '-e', 'only=pve1', '-e', 'patience=120']);
  await fleet.sh('qm create 100 --name web --memory 512 && qm start 100');

  const outdated = await run();
  expect(outdated.exit).toBe(3);
  expect(outdated.stdout).toContain('bring it up to date first, with playbooks/rolling-upgrade.yml');
  await fleet.sh('apt-get -y dist-upgrade && systemctl stop pvescheduler');
  const unfit = await run();
  expect(unfit.exit).toBe(3);
  expect(unfit.stdout).toContain(
    "Cannot go on to PVE 9 on pve1: systemd unit 'pvescheduler.service' is in state 'inactive'",
  );
  expect(unfit.stdout).toContain('warning: 1 running guest(s) detected');
  await fleet.sh(`systemctl start pvescheduler
echo 'deb http://download.proxmox.com/debian/ceph-quincy bookworm no-subscription' > /etc/apt/sources.list.d/ceph.list`);
  const done = await run();
  expect(done).toMatchObject({ exit: 0, stderr: '' });
  expect(fleet.file('pve1', '/etc/apt/sources.list.d/debian.sources')).toContain('Suites: trixie');
  expect(fleet.file('pve1', '/etc/apt/sources.list.d/ceph.list')).toBe(
    'deb http://download.proxmox.com/debian/ceph-squid trixie no-subscription\n',
  );
  expect(fleet.file('pve1', '/proc/sys/kernel/osrelease')).toBe('6.17.15-1-pve\n');
  expect(await placesOf(fleet)).toEqual(['100 pve1 running']);
  expect(await run()).toMatchObject({ exit: 0, stdout: expect.stringMatching(/pve1 : ok=4 changed=0/u) });
}, 240_000);
