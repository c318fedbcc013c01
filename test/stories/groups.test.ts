import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openFleet } from './fleet.ts';

const group = (cores: number): string => `
vars: { size: 12 }
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

test('a group of guests without numbers is made at once on one shared storage, then known by its names', async () => {
  const fleet = await openFleet();
  const onNode = async (command: string): Promise<void> => {
    expect(await fleet.cli(['exec', 'pve1', '--', command])).toMatchObject({ exit: 0 });
  };
  await onNode('pvesm add dir pool --path /mnt/pool --shared 1 --content images');
  await onNode('qm create 103 --name other');
  const example = await fleet.cli(['plan', 'documents/group.yml']);
  expect(example.stdout).toContain('+ vm/106@lab  web-6 on pve3');
  expect(example.stdout).toContain('Plan: 8 to add');

  const document = await fleet.write('web.yml', group(1));

  const applied = await fleet.cli(['apply', document, '--yes', '-f', '3']);
  expect(applied.stderr).toBe('');
  expect(applied).toMatchObject({ exit: 0, stdout: expect.stringContaining('14 to add') });
  const listed = await fleet.cli(['ls', 'guests', '-o', 'name']);
  const kind = (vmid: number): string => (vmid < 113 ? 'vm' : 'container');
  expect(listed.stdout.split('\n')).toEqual(
    Array.from({ length: 15 }, (_, index) => `${kind(100 + index)}/${100 + index}@lab`),
  );

  // The same numbers whatever comes before them now.
  const more = await fleet.write(
    'more.yml',
    group(1).replace('- count', '- { vmid: auto, name: a, node: pve1 }\n  - count'),
  );
  const again = await fleet.cli(['plan', more]);
  expect(again.stdout).toContain('+ vm/115@lab  a on pve1');
  expect(again.stdout).toContain('Plan: 1 to add, 0 to change, 0 to destroy');

  await writeFile(document, group(2));
  const one = await fleet.cli(['apply', document, '--target', 'vm/web-3', '--yes']);
  expect(one).toMatchObject({ exit: 0, stdout: expect.stringContaining('vm/104@lab  web-3 on pve1') });
  const drift = await fleet.cli(['drift', document, '--json']);
  expect(drift.exit).toBe(2);
  expect(JSON.parse(drift.stdout)).toMatchObject({ summary: { different: 11 } });
  const diff = await fleet.cli(['diff', document, '--json']);
  const { actions } = JSON.parse(diff.stdout) as { readonly actions: readonly unknown[] };
  expect(actions.slice(3, 5)).toEqual([
    { NoOp: { resource: 'vm/104@lab' } },
    { Modify: { resource: 'vm/105@lab', changes: { cores: 2 } } },
  ]);

  await onNode('qm set 103 --name web-0');
  const doubtful = await fleet.cli(['apply', document, '--yes']);
  expect(doubtful.exit).toBe(6);
  expect(doubtful.stderr).toContain(
    'Cannot plan vm/web-0@lab: vm/100 on pve1 and vm/103 on pve1 have that name; one is wanted',
  );
  expect(doubtful.stderr).toContain(`${document}:5:5 (count index 0)`);
});
