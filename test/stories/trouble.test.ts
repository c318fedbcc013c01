import { expect, test } from 'vitest';
import { openFleet, recap } from './fleet.ts';

const ONE_EACH = `
- hosts: all
  tasks:
    - name: One on each node
      vm: { vmid: "{{ item.id }}", node: "{{ item.node }}", name: "vm-{{ item.id }}", memory: 512 }
      loop:
        - { id: 101, node: pve1 }
        - { id: 102, node: pve2 }
`;

test.each([
  ['dead', 'is sshd running'],
  ['no-login', 'ssh-copy-id'],
  ['host-key', 'ssh-keygen'],
] as const)('a node that is %s fails alone, named, with what to do', async (kind, hint) => {
  const fleet = await openFleet();
  fleet.lab.faults.add('pve3', { kind });
  const ran = await fleet.cli(['run', await fleet.write('one.yml', ONE_EACH)]);
  expect(ran.exit).toBe(4);
  expect(recap(ran.stdout)).toMatchObject({
    pve1: expect.stringContaining('failed=0'),
    pve2: expect.stringContaining('failed=0'),
    pve3: expect.stringContaining('unreachable=1'),
  });
  expect(ran.stdout + ran.stderr).toMatch(/on pve3|pve3:/u);
  expect(ran.stdout + ran.stderr).toContain(hint);
  expect(fleet.file('pve1', '/etc/pve/nodes/pve1/qemu-server/101.conf')).toContain('name: vm-101');
  expect(fleet.file('pve2', '/etc/pve/nodes/pve2/qemu-server/102.conf')).toContain('name: vm-102');
});

test('without quorum nothing is changed, and the votes are named', async () => {
  const fleet = await openFleet();
  fleet.lab.faults.add('lab', { kind: 'no-quorum' });
  const ran = await fleet.cli(['run', await fleet.write('one.yml', ONE_EACH)]);
  expect([3, 6]).toContain(ran.exit);
  expect(ran.stdout + ran.stderr).toMatch(/quor/u);
  expect(fleet.file('pve1', '/etc/pve/nodes/pve1/qemu-server/101.conf')).toBeUndefined();
});

test('a full storage fails its own guest only; a second run makes up for it', async () => {
  const fleet = await openFleet();
  const playbook = await fleet.write('disks.yml', ONE_EACH.replace('memory: 512', 'scsi0: "local-lvm:4"'));
  const mend = fleet.lab.faults.add('pve1', { kind: 'full', storage: 'local-lvm' });
  const ran = await fleet.cli(['run', playbook]);
  expect(ran.exit).toBe(3);
  expect(recap(ran.stdout)).toMatchObject({
    pve1: expect.stringContaining('failed=1'),
    pve2: expect.stringContaining('changed=1'),
  });
  expect(fleet.file('pve2', '/etc/pve/nodes/pve2/qemu-server/102.conf')).toContain(
    'scsi0: local-lvm:vm-102-disk-0',
  );
  mend();
  const again = await fleet.cli(['run', playbook]);
  expect(again.exit).toBe(0);
  expect(fleet.file('pve1', '/etc/pve/nodes/pve1/qemu-server/101.conf')).toContain(
    'scsi0: local-lvm:vm-101-disk-0',
  );
});

test('a connection that is cut while a container is made: the work goes on and is found again, once', async () => {
  const fleet = await openFleet();
  const document = await fleet.write(
    'c.yml',
    `
node: pve1
containers:
  - { vmid: 200, name: c, state: running, ostemplate: "local:vztmpl/debian-12-standard_12.0-1_amd64.tar.zst", rootfs: { storage: local-lvm, size: 2G } }
`,
  );
  const child = fleet.start(['apply', document, '--yes', '--json']);
  await fleet.appears('pve1', '/run/pvefleet');
  fleet.lab.faults.add('pve1', { kind: 'dead' })();
  const ran = await child.ended;
  expect(ran).toMatchObject({ exit: 0 });
  expect(fleet.file('pve1', '/etc/pve/nodes/pve1/lxc/200.conf')).toContain('hostname: c');
  const created = (fleet.file('pve1', '/var/log/pve/tasks/index') ?? '')
    .split('\n')
    .filter((line) => line.includes(':vzcreate:200:'));
  expect(created).toHaveLength(1);
});

test('Ctrl-C stops between steps and says what was not done', async () => {
  const fleet = await openFleet();
  const playbook = await fleet.write(
    'slow.yml',
    `
- hosts: all
  tasks:
    - name: Several
      vm: { vmid: "{{ item }}", node: pve1, name: "vm-{{ item }}", memory: 512, state: running }
      loop: [101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112]
    - name: Never reached
      vm: { vmid: 120, node: pve1, name: last }
`,
  );
  const child = fleet.start(['run', playbook]);
  await child.until('qm create 101 --name vm-101 --memory 512 … done');
  child.interrupt();
  const ran = await child.ended;
  expect(ran.exit).toBe(130);
  expect(ran.stdout).toContain('… not run');
  expect(ran.stdout).not.toContain('TASK [Never reached]');
  expect(ran.stdout).toContain('not begun: "Never reached"');
  expect(fleet.file('pve1', '/etc/pve/nodes/pve1/qemu-server/120.conf')).toBeUndefined();
  const again = await fleet.cli(['run', playbook]);
  expect(again.exit).toBe(0);
  expect(fleet.file('pve1', '/etc/pve/nodes/pve1/qemu-server/112.conf')).toContain('name: vm-112');
});

test('read-only: nothing is built that could change a node', async () => {
  const fleet = await openFleet();
  const playbook = await fleet.write('one.yml', ONE_EACH);
  expect(await fleet.cli(['run', playbook, '--read-only'])).toMatchObject({ exit: 6 });
  expect(await fleet.cli(['exec', 'all', '--read-only', '--', 'uptime'])).toMatchObject({ exit: 6 });
  const document = await fleet.write('d.yml', 'node: pve1\nvms:\n  - { vmid: 100 }\n');
  expect(await fleet.cli(['apply', document, '--yes', '--read-only'])).toMatchObject({ exit: 6 });
  expect(await fleet.cli(['plan', document, '--read-only'])).toMatchObject({ exit: 0 });
  expect(['pve1', 'pve2', 'pve3'].map(fleet.tasks)).toEqual([0, 0, 0]);
});

test('every step is recorded before and after it, and the machine form has its command', async () => {
  const fleet = await openFleet();
  const ran = await fleet.cli(['run', await fleet.write('one.yml', ONE_EACH), '--json']);
  expect(ran.exit).toBe(0);
  const events = ran.stdout.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  const started = events.filter(({ type }) => type === 'step-started').map(({ command }) => command);
  expect(started).toEqual(
    expect.arrayContaining([
      'qm create 101 --name vm-101 --memory 512',
      'qm create 102 --name vm-102 --memory 512',
    ]),
  );
  const recorded = (await fleet.journal()).map(({ type, step, outcome }) =>
    [type, step, outcome].join(' ').trim(),
  );
  expect(recorded).toEqual(expect.arrayContaining(['step-started 1/1', 'step-finished 1/1 done']));
  expect(recorded.indexOf('step-started 1/1')).toBeLessThan(recorded.indexOf('step-finished 1/1 done'));
});
