import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFleet } from './fleet.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx0 ops@x';
const vmConf = '/etc/pve/nodes/pve1/qemu-server/100.conf';
const ctConf = '/etc/pve/nodes/pve1/lxc/200.conf';

const document = (vm: string, container: string): string =>
  [
    'vms:',
    `  - { vmid: 100, node: pve1, name: web, scsi0: "local-lvm:4", ide2: "local-lvm:cloudinit", ciuser: ops, ${vm} }`,
    'containers:',
    `  - { vmid: 200, node: pve1, ostemplate: "local:vztmpl/debian-12-standard_12.0-1_amd64.tar.zst", rootfs: "local-lvm:1", ${container} }`,
    '',
  ].join('\n');

test('what only root may set, secrets and raw lines reach the node, and are converged then', async () => {
  const fleet = await openFleet();
  const first = document(
    `args: "-no-reboot", affinity: 0-1, hostpci0: "01:00.0", efidisk0: { storage: local-lvm, efitype: 4m }, sshkeys: ["${KEY}"], cipassword: geheim-1, state: running`,
    `lxc.cap.drop: [sys_module, sys_rawio], dev0: /dev/null, password: geheim-ct, ssh-public-keys: ["${KEY}"], state: running`,
  );
  const file = await fleet.write('lab.yml2', first);
  const made = await fleet.cli(['apply', file, '--yes']);

  expect(made).toMatchObject({ exit: 0 });
  expect(JSON.stringify(await fleet.journal()) + made.stdout).not.toContain('geheim');
  expect(fleet.file('pve1', vmConf)).toMatch(/^cipassword: \$5\$/mu);
  expect(fleet.file('pve1', vmConf)).toContain('sshkeys: ssh-ed25519%20AAAA');
  expect(fleet.file('pve1', ctConf)).toContain('lxc.cap.drop: sys_module\nlxc.cap.drop: sys_rawio\n');

  const again = await fleet.cli(['apply', file, '--yes']);
  expect(again).toMatchObject({ exit: 0, stdout: expect.stringContaining('Nothing to do') });

  const changed = document(
    `cores: 2, cipassword: geheim-2, sshkeys: null, net0: "virtio=BC:24:11:00:00:01,bridge=vmbr0", ide3: "none,media=cdrom", restart: if-needed`,
    'lxc.cap.drop: [sys_rawio], lxc.idmap: null, memory: 1024, features: nesting=1, restart: if-needed',
  );
  await fleet.write('lab.yml2', changed);
  const second = await fleet.cli(['apply', file, '--yes']);
  expect(second).toMatchObject({ exit: 0 });
  expect(second.stdout).toContain('restarts web: it is down until it has started again');
  expect(second.stdout).toContain('2 need a restart');
  expect(fleet.file('pve1', vmConf)).toMatch(
    /^boot: order=scsi0;ide2;ide3\ncipassword.*\nciuser: ops\ncores: 2\n/mu,
  );
  expect(fleet.file('pve1', vmConf)).not.toMatch(/sshkeys|PENDING|special/u);
  expect(fleet.file('pve1', ctConf)).toMatch(/nesting=1[^]*\nlxc.cap.drop: sys_rawio\n$/u);
  expect(await fleet.cli(['apply', file, '--yes'])).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('Nothing to do'),
  });

  await fleet.write('lab.yml2', document('cipassword: geheim-2', 'password: geheim-3'));
  const saved = join(fleet.directory, 'saved');
  await fleet.cli(['survey', '-o', saved]);
  const compared = await fleet.cli(['plan', file, '--from', saved]);
  expect(compared.stderr).toContain('the declared one is what pvefleet set last');
  expect(compared.stderr).toContain('password is not the one that it was made with');

  const jobs = (replication: string): string => `vms:\n  - { vmid: 150, replication: ${replication} }\n`;
  const tank = 'zfspool: tank\n\tpool tank\n\tcontent images\n';
  await fleet.cli([
    'exec',
    'pve1',
    '--',
    `printf '\n${tank}' >> /etc/pve/storage.cfg; echo 'scsi0: tank:vm-150-disk-0,size=1G' > ${vmConf.replace('100', '150')}`,
  ]);
  const replicated = await fleet.write(
    'jobs.yml2',
    jobs('{ 0: { target: pve2, rate: 5 }, 1: { target: pve3 } }'),
  );
  expect(await fleet.cli(['apply', replicated, '--yes'])).toMatchObject({ exit: 0 });
  await fleet.write('jobs.yml2', jobs('{ 0: { rate: 9, schedule: "22:30" } }'));
  expect(await fleet.cli(['apply', replicated, '--yes'])).toMatchObject({ exit: 0 });
  expect(await fleet.cli(['rollback', 'last', '--yes'])).toMatchObject({ exit: 0 });
  const kept = fleet.file('pve1', '/etc/pve/replication.cfg');
  expect(kept).toBe(
    'local: 150-0\n\ttarget pve2\n\trate 5\n\tsource pve1\n\nlocal: 150-1\n\ttarget pve3\n\tsource pve1\n\n',
  );
});
