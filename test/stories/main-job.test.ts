import { expect, test } from 'vitest';
import { openFleet, recap } from './fleet.ts';

test('the main job: made, left alone, changed by a document, and then nothing to do', async () => {
  const fleet = await openFleet();
  const first = await fleet.run(['run', 'playbooks/site.yml']);
  expect(first).toMatchObject({ exit: 0, stderr: '' });
  expect(first.stdout).toContain('pve1$ qm create 101 --name web-101');
  expect(first.stdout).toContain('pve1$ qm start 101');
  expect(recap(first.stdout)).toMatchObject({
    pve1: expect.stringMatching(/changed=[1-9].*failed=0/u),
    pve2: expect.stringMatching(/changed=[1-9]/u),
    pve3: expect.stringMatching(/changed=[1-9]/u),
  });

  const guests = await fleet.cli(['ls', 'guests', '-o', 'json']);
  expect(
    (JSON.parse(guests.stdout) as { vmid: number; type: string; status: string; node: string }[]).map(
      ({ vmid, type, status, node }) => `${vmid} ${type} ${status} ${node}`,
    ),
  ).toEqual([
    '101 vm running pve1',
    '102 vm running pve2',
    '103 vm running pve3',
    '110 vm running pve3',
    '201 container running pve1',
    '202 container running pve2',
  ]);
  expect(fleet.file('pve1', '/etc/pve/nodes/pve1/qemu-server/101.conf')).toContain(
    '#Webserver f%C3%BCr den Shop\n',
  );

  const tasks = ['pve1', 'pve2', 'pve3'].map(fleet.tasks);
  const second = await fleet.cli(['run', 'playbooks/site.yml']);
  expect(second).toMatchObject({ exit: 0, stderr: '' });
  expect(Object.values(recap(second.stdout))).toEqual([
    expect.stringContaining('changed=0'),
    expect.stringContaining('changed=0'),
    expect.stringContaining('changed=0'),
  ]);
  expect(second.stdout).toContain('Nothing changed; no PVE command was run.');
  expect(['pve1', 'pve2', 'pve3'].map(fleet.tasks)).toEqual(tasks);

  const plan = await fleet.cli(['plan', 'documents/web.json', '--detailed-exitcode']);
  expect(plan.exit).toBe(2);
  expect(plan.stdout.trimEnd().split('\n').at(-1)).toMatch(
    /^Plan: \d+ to add, \d+ to change, 0 to destroy; \d+ needs? a restart\.$/u,
  );
  expect(['pve1', 'pve2', 'pve3'].map(fleet.tasks)).toEqual(tasks);

  const unasked = await fleet.cli(['apply', 'documents/web.json']);
  expect(unasked.exit).toBe(1);
  expect(unasked.stderr).toContain('--yes');
  const applied = await fleet.cli(['apply', 'documents/web.json', '--yes']);
  expect(applied.exit).toBe(0);
  const again = await fleet.cli(['plan', 'documents/web.yml', '--detailed-exitcode']);
  expect(again).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^Nothing to do/mu) });
});

test('check mode changes nothing and shows later tasks what the earlier ones would have done', async () => {
  const fleet = await openFleet();
  const playbook = await fleet.write(
    'twice.yml',
    `
- hosts: all
  tasks:
    - name: Make
      vm: { vmid: 100, node: pve1, name: a, scsi0: "local-lvm:4", state: running }
    - name: Grow
      vm: { vmid: 100, cores: 2, scsi0: { size: 6G } }
`,
  );
  const ran = await fleet.cli(['run', playbook, '--check']);
  expect(ran.exit).toBe(0);
  expect(ran.stdout).toContain('pve1$ qm create 100');
  expect(ran.stdout).toContain('cores: 2 (after a restart)');
  expect(ran.stdout).toContain('pve1$ qm resize 100 scsi0 6G');
  expect((await fleet.cli(['ls', 'guests', '-o', 'name'])).stdout).toBe('');
});

test('guests go through life: made, changed while they run, shut down, removed only when that is allowed', async () => {
  const fleet = await openFleet();
  const document = (vm: string, container: string): Promise<string> =>
    fleet.write('life.json', `{ "node": "pve2", "vms": [${vm}], "containers": [${container}] }`);
  const make = await document(
    '{ "vmid": 100, "name": "a", "state": "running", "cores": 1, "memory": 512, "disk": { "storage": "local-lvm", "size": "4G" }, "network": { "bridge": "vmbr0", "model": "virtio" } }',
    '{ "vmid": 200, "name": "c", "state": "running", "ostemplate": "local:vztmpl/debian-12-standard_12.0-1_amd64.tar.zst", "rootfs": { "storage": "local-lvm", "size": "2G" } }',
  );
  expect(await fleet.cli(['apply', make, '--yes'])).toMatchObject({ exit: 0 });

  const change = await document(
    '{ "vmid": 100, "cores": 2, "disk": { "size": "5G" }, "comment": "größer\\nschöner" }',
    '{ "vmid": 200, "memory": 1024, "rootfs": { "size": "3G" } }',
  );
  const plan = await fleet.cli(['plan', change]);
  expect(plan.stdout).toContain('Plan: 0 to add, 2 to change, 0 to destroy; 1 needs a restart.');
  expect(await fleet.cli(['apply', change, '--yes'])).toMatchObject({ exit: 0 });
  expect((await fleet.cli(['plan', change])).stdout).toMatch(/^Nothing to do/mu);
  expect(fleet.file('pve2', '/etc/pve/nodes/pve2/qemu-server/100.conf')).toMatch(
    /^#gr%C3%B6%C3%9Fer\n#sch%C3%B6ner\n[^]*\n\[PENDING\]\ncores: 2\n$/u,
  );

  const stop = await document(
    '{ "vmid": 100, "state": "stopped" }',
    '{ "vmid": 200, "state": "stopped", "timeout": 10 }',
  );
  const stopped = await fleet.cli(['apply', stop, '--yes']);
  expect(stopped.exit).toBe(0);
  expect(stopped.stdout).toContain('pve2$ qm shutdown 100 --timeout 60');
  expect((await fleet.cli(['ls', 'guests', '-o', 'json'])).stdout).not.toContain('running');

  const remove = await document('{ "vmid": 100, "state": "absent" }', '{ "vmid": 200, "state": "absent" }');
  expect(await fleet.cli(['apply', remove, '--yes'])).toMatchObject({
    exit: 6,
    stderr: expect.stringContaining('--allow-destroy'),
  });
  expect(await fleet.cli(['apply', remove, '--yes', '--allow-destroy'])).toMatchObject({ exit: 0 });
  expect((await fleet.cli(['ls', 'guests', '-o', 'name'])).stdout).toBe('');
});
