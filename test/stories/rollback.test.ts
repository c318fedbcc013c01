import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Fleet } from './fleet.ts';
import { openFleet } from './fleet.ts';

const conf = (node: string, vmid: number): string => `/etc/pve/nodes/${node}/qemu-server/${vmid}.conf`;

/** The run that was recorded last. */
async function lastRun(fleet: Fleet): Promise<string> {
  const rows = (await fleet.cli(['history', '--json'])).stdout.split('\n');
  return (JSON.parse(rows.at(-1) ?? '') as { run: string }).run;
}

async function applied(fleet: Fleet, document: string, text: string): Promise<string> {
  await writeFile(document, text);
  expect(await fleet.cli(['apply', document, '--yes', '--allow-destroy'])).toMatchObject({ exit: 0 });
  return lastRun(fleet);
}

const first = `\
vms:
  - { vmid: 101, node: pve1, name: web, cores: 2, net0: { model: virtio, bridge: vmbr0 }, scsi0: { storage: local-lvm, size: 8G } }
  - { vmid: 103, node: pve3, name: old, scsi0: { storage: local-lvm, size: 1G } }
`;

test('an update, a new guest and power go back; the rollback is a run that can be taken back itself', async () => {
  const fleet = await openFleet();
  const document = await fleet.write('web.yml', '');
  await applied(fleet, document, first);
  const before = fleet.file('pve1', conf('pve1', 101));
  const change = await applied(
    fleet,
    document,
    `\
vms:
  - { vmid: 101, cores: 4, description: new, net0: { tag: 5 }, state: running }
  - { vmid: 102, node: pve2, name: db }
`,
  );
  const after = fleet.file('pve1', conf('pve1', 101));

  // By hand, without pvefleet: what each step's journal entry says of undoing it.
  const undo = (await fleet.cli(['show', 'last', '--undo'])).stdout;
  expect(undo).toMatch(
    /^# pve\d\$ qm (?:start|create|set) 10[12][^]*\n    pve1\$ qm shutdown 101 --timeout 60\n/u,
  );
  expect(undo).toContain('# pve2$ qm create 102 --name db\n    pve2$ qm destroy 102\n');
  expect(undo).toMatch(
    /\n    pve1\$ qm set 101 --cores 2 --net0 virtio=[0-9A-F:]+,bridge=vmbr0 --delete description$/u,
  );

  const refused = await fleet.cli(['rollback', 'last', '--yes']);
  expect(refused).toMatchObject({
    exit: 6,
    stderr: expect.stringContaining(
      'Cannot remove vm/102@lab: the run made it, and that destroys its disks; consent is wanted',
    ),
  });
  expect(fleet.file('pve1', conf('pve1', 101))).toBe(after);

  const back = await fleet.cli(['rollback', 'last', '--yes', '--allow-destroy']);
  expect(back).toMatchObject({ exit: 0, stderr: '' });
  expect(back.stdout).toContain('pve2$ qm destroy 102');
  expect(back.stdout).toContain('    ~ state: running → stopped\n');
  expect(fleet.file('pve1', conf('pve1', 101))).toBe(before);
  expect(fleet.file('pve2', conf('pve2', 102))).toBeUndefined();
  const rollback = await lastRun(fleet);
  expect((await fleet.cli(['history'])).stdout).toContain(`; takes back ${change}`);
  expect((await fleet.cli(['show', change])).stdout).toContain(`Taken back by ${rollback}.`);
  const shown = (await fleet.cli(['show', rollback])).stdout;
  expect(shown).toContain(`takes back ${change}\n`);
  expect(shown).toContain(`To take back what it changed: pvefleet rollback ${rollback}`);

  expect(await fleet.cli(['rollback', change, '--yes', '--allow-destroy'])).toMatchObject({
    exit: 0,
    stdout: `Nothing to roll back: all that ${change} changed is as it was before.`,
  });

  const again = await fleet.cli(['rollback', rollback, '--yes']);
  expect(again.exit).toBe(2);
  expect(again.stderr).toContain('Cannot bring back vm/102@lab: it was removed, and its disks are destroyed');
  expect(fleet.file('pve1', conf('pve1', 101))).toBe(after);
});

test('what cannot come back is said first; what others changed since is named and left', async () => {
  const fleet = await openFleet();
  const document = await fleet.write('web.yml', '');
  await applied(fleet, document, first);
  const old = fleet.file('pve3', conf('pve3', 103));
  const change = await applied(
    fleet,
    document,
    `\
vms:
  - { vmid: 101, cores: 4, onboot: yes, net0: { tag: 5, firewall: yes }, scsi0: { size: 9G } }
  - { vmid: 102, node: pve2, name: db }
  - { vmid: 103, state: absent }
`,
  );
  await fleet.cli(['exec', 'pve1', '--', 'qm set 101 --cores 8 --memory 4096']);
  await fleet.cli(['exec', 'pve2', '--', 'qm set 102 --name mine']);

  const back = await fleet.cli(['rollback', change, '--yes', '--allow-destroy']);
  expect(back.exit).toBe(2);
  expect(back.stderr.split('\n').filter((line) => line.startsWith('warning: '))).toEqual([
    'warning: Cannot bring back vm/103@lab: it was removed, and its disks are destroyed',
    'warning: Cannot bring back scsi0.size of vm/101@lab: scsi0 has grown, and a disk is never shrunk (it was 8G); it is left as it is',
    'warning: Cannot remove vm/102@lab: the run made it, but name changed since; it is left as it is',
    'warning: Cannot bring back cores of vm/101@lab: the run left it 4, and now it is 8; it is left as it is',
  ]);
  expect(back.stderr).toContain('Before the run it was 2.');
  const config = fleet.file('pve1', conf('pve1', 101));
  expect(config).toMatch(/^cores: 8$/mu);
  expect(config).toMatch(/^memory: 4096$/mu);
  expect(config).toMatch(/^net0: virtio=[0-9A-F:]+,bridge=vmbr0$/mu);
  expect(config).not.toMatch(/^onboot/mu);
  expect(config).toMatch(/size=9G/u);
  expect(fleet.file('pve2', conf('pve2', 102))).toContain('name: mine');

  const kept = await fleet.cli(['show', change, '--file', conf('pve3', 103)]);
  expect(`${kept.stdout}\n`).toBe(old);
  const files = (await fleet.cli(['show', change, '--files'])).stdout;
  expect(files).toContain(`--- ${conf('pve3', 103)}\n+++ /dev/null  (after)\n`);
  expect(files).toContain('-cores: 2\n+cores: 4\n');
  expect(await fleet.cli(['rollback', change, '--yes'])).toMatchObject({
    exit: 2,
    stdout: `Nothing to roll back: of what ${change} changed, only that above is not as it was.`,
  });
  const told = (await fleet.cli(['rollback', change, '--yes', '--json'])).stdout.split('\n').at(-1);
  expect(JSON.parse(told ?? '')).toMatchObject({ type: 'result', success: false, checkpoint: null });
  expect(await fleet.cli(['rollback', change, '--target', 'vm/9'])).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining('Cannot roll back the target "vm/9": the run changed no such resource'),
  });
  expect((await fleet.cli(['rollback', change, '--files', '--yes'])).stdout).toContain(
    '-cores: 2\n+cores: 8\n',
  );
});

test('of a run that failed half-way only what was done goes back; a changed journal is not trusted', async () => {
  const fleet = await openFleet();
  const document = await fleet.write('web.yml', '');
  await applied(fleet, document, first);
  const configs = (): readonly unknown[] => [
    fleet.file('pve1', conf('pve1', 101)),
    fleet.file('pve3', conf('pve3', 103)),
  ];
  const before = configs();
  await writeFile(
    document,
    `\
vms:
  - { vmid: 101, cores: 4, scsi1: { storage: local-lvm, size: 1G }, state: running }
  - { vmid: 103, cores: 4 }
`,
  );
  const mend = fleet.lab.faults.add('pve1', { kind: 'full', storage: 'local-lvm' });
  expect((await fleet.cli(['apply', document, '--yes'])).exit).toBe(3);
  mend();
  expect(configs()).not.toEqual(before);
  const back = await fleet.cli(['rollback', 'last', '--yes']);
  expect([back.exit, back.stderr]).toEqual([0, '']);
  expect(back.stdout).toContain('1 command was run');
  expect(configs()).toEqual(before);

  const run = await lastRun(fleet);
  const journal = join(fleet.directory, 'pvefleet', `${run}.jsonl`);
  const text = await readFile(journal, 'utf8');
  await writeFile(journal, text.replace('cores', 'cared'));
  expect(await fleet.cli(['rollback', run, '--yes'])).toMatchObject({
    exit: 6,
    stderr: expect.stringContaining(`Cannot roll back ${run}: its journal ${run}.jsonl:`),
  });
});

test('what a playbook changed task by task goes back at once; its commands are said to stay', async () => {
  const fleet = await openFleet();
  const document = await fleet.write('web.yml', '');
  await applied(fleet, document, first);
  const before = fleet.file('pve1', conf('pve1', 101));
  const playbook = await fleet.write(
    'site.yml',
    `\
- hosts: pve1
  tasks:
    - vm: { vmid: 101, cores: 3, description: one }
    - command: touch /root/was-here
    - vm: { vmid: 101, cores: 4, description: null }
    - vm: { vmid: 104, name: new }
    - vm: { vmid: 104, cores: 2 }
`,
  );
  expect((await fleet.cli(['run', playbook])).exit).toBe(0);
  const back = await fleet.cli(['rollback', 'last', '--yes', '--allow-destroy']);
  expect(back.exit).toBe(2);
  expect(back.stderr).toContain(
    'Cannot bring back what the command "touch /root/was-here" changed: nobody knows what a command did',
  );
  expect(back.stdout).toContain('2 commands were run');
  expect(fleet.file('pve1', conf('pve1', 101))).toBe(before);
  expect(fleet.file('pve1', conf('pve1', 104))).toBeUndefined();
});

test('with --checkpoint snapshot guests go back to their disks too', async () => {
  const fleet = await openFleet();
  const document = await fleet.write('web.yml', '');
  await applied(fleet, document, first);
  const change = `\
vms:
  - { vmid: 101, name: other, state: running }
  - { vmid: 103, onboot: yes }
  - { vmid: 104, node: pve2 }
`;
  await writeFile(document, change);
  const ran = await fleet.cli(['apply', document, '--yes', '--checkpoint', 'snapshot', '--json']);
  const run = await lastRun(fleet);
  const name = `pvefleet-${run}`;
  expect(JSON.parse(ran.stdout.split('\n').at(-1) ?? '')).toMatchObject({
    success: true,
    checkpoint: { id: run, backend_checkpoint: { 'vm/101@lab': name, 'vm/103@lab': name } },
  });
  expect((await fleet.cli(['ls', 'snapshots', '-o', 'name'])).stdout).toBe(
    `snapshot/101/${name}@lab\nsnapshot/103/${name}@lab`,
  );

  await fleet.cli(['exec', 'pve1', '--', 'qm set 101 --tags mine']);
  expect(await fleet.cli(['rollback', run, '--to-snapshot', '--yes'])).toMatchObject({
    exit: 6,
    stderr: expect.stringContaining('what was written to its disks since is lost; consent is wanted'),
  });
  const back = await fleet.cli(['rollback', run, '--to-snapshot', '--yes', '--allow-destroy']);
  expect([back.exit, back.stderr]).toEqual([0, '']);
  expect(back.stdout).toContain(`pve1$ qm rollback 101 ${name}`);
  expect(back.stdout).toContain('pve2$ qm destroy 104');
  expect(back.stdout).toContain('    - tags: mine\n');
  const config = fleet.file('pve1', conf('pve1', 101)) ?? '';
  expect(config.split('\n\n')[0]).toMatch(/^name: web$/mu);
  expect((await fleet.cli(['ls', 'guests', '-o', 'json'])).stdout).toContain('"stopped"');

  const later = ['apply', document, '--yes', '--target', 'vm/103', '--checkpoint', 'snapshot'];
  expect((await fleet.cli([...later, '--checkpoint-keep-days', '0'])).exit).toBe(0);
  const left = (await fleet.cli(['ls', 'snapshots', '-o', 'name'])).stdout;
  expect(left).toContain(`101/${name}`);
  expect(left).not.toContain(`103/${name}`);
});
