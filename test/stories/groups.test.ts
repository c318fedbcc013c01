import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openFleet } from './fleet.ts';
import type { Fleet } from './fleet.ts';

const group = (cores: number): string => `
vars: { size: 5 }
vms:
  - count: "{{ size }}"
    vmid: auto
    name: web-{{ index }}
    node: pve{{ index % 3 + 1 }}
    cores: ${cores}
    scsi0: { storage: pool, size: 1G }
containers:
  - for_each: { dns: 512, mail: 1024 }
    vmid: auto
    name: "{{ item.key }}"
    memory: "{{ item.value }}"
    node: pve2
    ostemplate: local:vztmpl/debian-12-standard_12.0-1_amd64.tar.zst
    rootfs: { storage: local-lvm, size: 1G }
`;

async function onNode(fleet: Fleet, command: string): Promise<void> {
  expect(await fleet.cli(['exec', 'pve1', '--', command])).toMatchObject({ exit: 0 });
}

test('a group of guests without numbers is made at once on one shared storage, then known by its names', async () => {
  const fleet = await openFleet();
  await onNode(
    fleet,
    'pvesm add dir pool --path /mnt/pool --shared 1 --content images && qm create 103 --name other',
  );
  const document = await fleet.write('web.yml', group(1));
  const applied = await fleet.cli(['apply', document, '--yes', '-f', '3']);
  expect(applied.stderr).toBe('');
  expect(applied).toMatchObject({ exit: 0, stdout: expect.stringContaining('7 to add') });

  // Each keeps its number, whatever comes before it now.
  await writeFile(document, group(2).replace('- count', '- { vmid: auto, name: a, node: pve1 }\n  - count'));
  const one = await fleet.cli(['apply', document, '--target', 'vm/web-3', '--yes']);
  expect(one).toMatchObject({ exit: 0, stdout: expect.stringContaining('vm/104@lab  web-3 on pve1') });
  const drift = await fleet.cli(['drift', document, '--json']);
  expect(drift.exit).toBe(2);
  expect(JSON.parse(drift.stdout)).toMatchObject({ summary: { different: 5 } });
  const diff = await fleet.cli(['diff', document, '--json']);
  const modified = (vmid: number) => ({ Modify: { resource: `vm/${vmid}@lab`, changes: { cores: 2 } } });
  expect(JSON.parse(diff.stdout)).toMatchObject({
    actions: [
      { Create: { resource: 'vm/108@lab', config: { vmid: 108, name: 'a', node: 'pve1' } } },
      modified(100),
      modified(101),
      modified(102),
      { NoOp: { resource: 'vm/104@lab' } },
      modified(105),
      { NoOp: { resource: 'container/106@lab' } },
      { NoOp: { resource: 'container/107@lab' } },
    ],
  });

  await onNode(fleet, 'qm set 103 --name web-0');
  const doubtful = await fleet.cli(['apply', document, '--yes']);
  expect(doubtful.exit).toBe(6);
  expect(doubtful.stderr).toContain(
    'Cannot plan vm/web-0@lab: vm/100 on pve1 and vm/103 on pve1 have that name; one is wanted',
  );
  expect(doubtful.stderr).toContain(`${document}:6:5 (count index 0)`);
});

test('a guest is born into its pool, moved to another, has its firewall switched, and is made a template', async () => {
  const fleet = await openFleet();
  await onNode(fleet, 'pveum pool add web && pveum pool add images');
  const conf = '/etc/pve/nodes/pve2/qemu-server/100.conf';
  const document = await fleet.write(
    'base.yml',
    'vms: [{ vmid: auto, name: base, node: pve2, pool: web, scsi0: "local-lvm:1", firewall: { enable: 1 } }]',
  );
  expect(await fleet.cli(['apply', document, '--yes'])).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('qm create 100 --name base --scsi0 local-lvm:1 --pool web'),
  });
  expect(fleet.file('pve2', '/etc/pve/user.cfg')).toContain('pool:web::100::');
  expect(fleet.file('pve2', '/etc/pve/firewall/100.fw')).toBe('[OPTIONS]\n\nenable: 1\n\n');

  await writeFile(
    document,
    'vms: [{ vmid: auto, name: base, pool: images, template: true, firewall: null }]',
  );
  expect(await fleet.cli(['apply', document, '--yes'])).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('pveum pool modify images --vms 100 --allow-move 1'),
  });
  expect(fleet.file('pve2', '/etc/pve/user.cfg')).toContain('pool:images::100::\npool:web::::\n');
  expect(fleet.file('pve2', '/etc/pve/firewall/100.fw')).toBeUndefined();
  expect(fleet.file('pve2', conf)).toContain('scsi0: local-lvm:base-100-disk-0');
  expect((await fleet.cli(['plan', document])).stdout).toContain('Nothing to do');
  const state = JSON.parse((await fleet.cli(['query', '--json'])).stdout) as unknown;
  expect(state).toMatchObject({ vms: [{ vmid: 100, pool: 'images', template: '1' }] });

  await writeFile(document, 'vms: [{ vmid: auto, name: base, pool: null, template: false }]');
  expect(await fleet.cli(['apply', document, '--yes'])).toMatchObject({
    exit: 6,
    stderr: expect.stringContaining('it is a template, and PVE makes no VM of one again'),
  });
  await writeFile(document, 'vms: [{ vmid: auto, name: base, pool: null }]');
  expect((await fleet.cli(['apply', document, '--yes'])).exit).toBe(0);
  expect(fleet.file('pve2', '/etc/pve/user.cfg')).toContain('pool:images::::\n');

  // A guest and its snapshot in one go, and both changed in one go: what the one has left of the file is no stale plan.
  const both = (cores: number, first: string): string =>
    `vms: [{ vmid: 120, node: pve2, cores: ${cores}, scsi0: { storage: local-lvm, size: 1G } }]\nsnapshots: [{ vmid: 120, name: first, state: ${first} }]`;
  await writeFile(document, both(1, 'present'));
  const made = await fleet.cli(['apply', document, '--yes']);
  expect(made).toMatchObject({ exit: 0, stdout: expect.stringContaining('2 to add'), stderr: '' });
  await writeFile(document, both(2, 'absent'));
  const changed = await fleet.cli(['apply', document, '--yes', '--allow-destroy']);
  expect(changed).toMatchObject({ exit: 0, stderr: '' });
  expect(fleet.file('pve2', '/etc/pve/nodes/pve2/qemu-server/120.conf')).toMatch(/^cores: 2$/mu);
  expect((await fleet.cli(['plan', document])).stdout).toContain('Nothing to do');
});
