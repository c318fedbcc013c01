import { expect, test } from 'vitest';
import type { Fleet } from './fleet.ts';
import { openFleet } from './fleet.ts';

const conf = (node: string, vmid: number): string => `/etc/pve/nodes/${node}/qemu-server/${vmid}.conf`;

const guests = `
vms:
  - { vmid: 100, node: pve1, name: web-1, memory: 64, tags: web, scsi0: "local-lvm:1" }
  - { vmid: 101, node: pve1, name: web-2, memory: 64, tags: web, scsi0: "local-lvm:1" }
  - { vmid: 102, node: pve2, name: db, memory: 64, agent: 1, net0: "virtio,bridge=vmbr0" }
containers:
  - { vmid: 200, node: pve1, hostname: ns, memory: 64, rootfs: "local-lvm:1", ostemplate: "local:vztmpl/debian-12-standard_12.0-1_amd64.tar.zst" }
`;

/** What was planned, by its commands: "pve1$ qm start 100". */
const commands = (stdout: string): readonly string[] =>
  stdout.split('\n').flatMap((line) => /^ {4}(?<command>\S+\$ .*)$/u.exec(line)?.groups?.['command'] ?? []);

async function done(fleet: Fleet, ...args: readonly string[]): Promise<readonly string[]> {
  const ran = await fleet.cli([...args, '--yes']);
  expect(ran).toMatchObject({ exit: 0, stderr: '' });
  return commands(ran.stdout);
}

async function running(fleet: Fleet): Promise<readonly string[]> {
  const { stdout } = await fleet.cli(['ls', 'guests', '-o', 'json']);
  return (JSON.parse(stdout) as { vmid: number; status: string; node: string }[]).flatMap(
    ({ vmid, status, node }) => (status === 'running' ? [`${vmid} on ${node}`] : []),
  );
}

test('guests by selector: power and snapshots, each shown, done and then nothing to do', async () => {
  const fleet = await openFleet();
  const document = await fleet.write('guests.yml', guests);
  await done(fleet, 'apply', document);

  expect(await done(fleet, 'start', '@tag-web,200,-101')).toEqual([
    'pve1$ qm start 100',
    'pve1$ pct start 200',
  ]);
  const unasked = await fleet.cli(['start', '100:110']);
  expect(unasked).toMatchObject({ exit: 1, stderr: expect.stringContaining('--yes') });
  expect(await done(fleet, 'start', '100:101')).toEqual(['pve1$ qm start 101']);
  expect((await fleet.cli(['start', '@tag-web', '--yes'])).stdout).toBe(
    'Nothing to do: it is so already with all 2 guests.',
  );

  await done(fleet, 'snapshot', '@tag-web', '--name', 'before', '--description', 'as it was');
  await fleet.cli(['exec', 'pve1', '--', 'qm set 100 --description changed']);
  expect(await done(fleet, 'snapshot', '100', '--name', 'before', '--rollback')).toEqual([
    'pve1$ qm rollback 100 before',
  ]);
  expect(fleet.file('pve1', conf('pve1', 100))).toMatch(/^parent: before$/mu);
  await done(fleet, 'snapshot', '@tag-web', '--name', 'before', '--remove');
  expect(fleet.file('pve1', conf('pve1', 101))).not.toContain('[before]');

  expect(await done(fleet, 'start', '102', '--wait-for', 'ssh')).toEqual([
    'pve2$ qm start 102',
    expect.stringMatching(/^pve2\$ timeout \d+ sh -c .*qm agent 102 network-get-interfaces/u),
  ]);
  // It runs by now: that it answers is waited for all the same, and nothing has changed.
  const again = await fleet.cli(['start', '102', '--wait-for', 'agent', '--yes']);
  expect(again.stdout).toContain('\nPlan: 0 to add, 0 to change, 0 to destroy;');
  expect(again).toMatchObject({ exit: 0, stdout: expect.stringContaining('pve2 : ok=1 changed=0 ') });
  expect(commands(again.stdout)).toEqual([
    expect.stringMatching(/^pve2\$ timeout \d+ sh -c .*qm agent 102 ping/u),
  ]);
});

test('guests are moved, backed up, cloned and restored by selector', async () => {
  const fleet = await openFleet();
  await done(fleet, 'apply', await fleet.write('guests.yml', guests));
  await done(fleet, 'start', '101,200');
  const refused = await fleet.cli(['migrate', '@node-pve1', '--target', 'pve2', '--yes']);
  expect(refused.exit).toBe(6);
  expect(refused.stderr).toContain(
    'Cannot plan vm/101@lab: it runs; to move it while it runs, consent is wanted',
  );
  await done(
    fleet,
    'migrate',
    '@node-pve1',
    '--target',
    'pve2',
    '--online',
    '--restart',
    '--with-local-disks',
  );
  expect(await running(fleet)).toEqual(['101 on pve2', '200 on pve2']);
  expect(fleet.file('pve1', conf('pve1', 100))).toBeUndefined();
  expect((await fleet.cli(['migrate', '@node-pve1', '--target', 'pve2', '--yes'])).stdout).toBe(
    'Nothing to do: there is no such guest.',
  );

  await done(fleet, 'backup', '101', '--storage', 'local', '--notes-template', '{{guestname}}');
  const { stdout: listed } = await fleet.cli(['exec', 'pve2', '--', 'pvesm list local --content backup']);
  const archive = /local:backup\/vzdump-qemu-101-\S+/u.exec(listed)?.[0] ?? '';
  expect(await done(fleet, 'clone', '101', '--newid', '120', '--name', 'web-3', '--start')).toEqual([
    'pve2$ qm clone 101 120 --name web-3 --full 1',
    'pve2$ qm start 120',
  ]);
  const taken = await fleet.cli(['restore', '100', archive, '--force', '--yes']);
  expect(taken).toMatchObject({ exit: 6, stderr: expect.stringContaining('Run again with --allow-destroy') });
  await done(fleet, 'restore', '100', archive, '--force', '--allow-destroy', '--start');
  expect(fleet.file('pve2', conf('pve2', 100))).toContain('name: web-2\n');
  expect(await running(fleet)).toEqual(['100 on pve2', '101 on pve2', '120 on pve2', '200 on pve2']);
});

test('the same as tasks: checked, done once; a checkpoint is a backup of what is changed', async () => {
  const fleet = await openFleet();
  const document = await fleet.write('guests.yml', guests);
  await done(fleet, 'apply', document);
  const playbook = await fleet.write(
    'acts.yml',
    `
- hosts: all
  tasks:
    - start: { vmid: 102 }
    - snapshot: { vmid: 102, name: before-move, description: "{{ inventory_hostname and 'kept' }}" }
    - migrate: { vmid: 102, target: pve3, online: yes }
    - vm: { vmid: 102, cores: 2, state: stopped }
`,
  );
  const checked = await fleet.cli(['run', playbook, '--check']);
  expect(checked).toMatchObject({ exit: 0, stderr: '' });
  expect(checked.stdout).toContain('pve3$ qm set 102 --cores 2');
  expect(await running(fleet)).toEqual([]);
  const ran = await fleet.cli(['run', playbook, '--checkpoint', 'backup', '--checkpoint-storage', 'local']);
  expect(ran).toMatchObject({ exit: 0, stderr: '' });
  expect(fleet.file('pve3', conf('pve3', 102))).toMatch(/^cores: 2\n[^]*\[before-move\]\n#kept\n/mu);
  expect(ran.stdout).toContain('pve2$ vzdump 102 --storage local');
});
