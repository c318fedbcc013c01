import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openFleet } from './fleet.ts';

test('the main job as a user who is not root, by sudo over one connection: surveyed, planned, applied (demand 10)', async () => {
  const fleet = await openFleet();
  const asRoot = await readFile(fleet.inventory, 'utf8');
  const asOps = asRoot.replace('ansible_user: root', 'ansible_user: ops');
  expect(asOps).not.toBe(asRoot);
  await fleet.write('lab.yml', asOps);

  const plain = await fleet.cli(['exec', 'all', '--', 'id -un; head -c 9 /etc/pve/storage.cfg']);
  expect(plain.exit).toBe(3);
  expect(plain.stdout).toContain('pve[1-3]');
  expect(plain.stdout).toContain('ops\n');
  expect(plain.stdout).not.toContain('dir: local');

  // The survey says what is missing, and how to have it.
  const listed = await fleet.cli(['ls', 'guests']);
  expect(listed.exit).toBe(3);
  expect(listed.stderr).toContain(
    'Cannot read /etc/pve of pve1: user ops, who is not root, cannot read it; root is wanted',
  );
  expect(listed.stderr).toContain('Become root with -b, or by "ansible_become: true" in the inventory');

  // Asked for by a flag.
  const flagged = await fleet.cli(['exec', 'all', '-b', '--', 'id -un; head -c 10 /etc/pve/storage.cfg']);
  expect(flagged).toMatchObject({ exit: 0, stdout: expect.stringContaining('root\ndir: local') });

  // By keywords of a play: one connection, whoever its tasks run as.
  const playbook = await fleet.write(
    'who.yml',
    `- hosts: pve1
  tasks:
    - command: id -un
    - { command: head -c 10 /etc/pve/storage.cfg, become: true }
    - command: id -un
`,
  );
  const connections = () => fleet.lab.nodes.map(({ served }) => served.connections);
  const before = connections();
  const mixed = await fleet.cli(['run', playbook]);
  expect(mixed.stdout).toMatch(/ops[^]*dir: local[^]*ops/u);
  expect(connections().map((count, node) => count - (before[node] ?? 0))).toEqual([1, 0, 0]);

  // And in the inventory.
  await fleet.write(
    'lab.yml',
    asOps.replace('ansible_user: ops', 'ansible_user: ops\n        ansible_become: true'),
  );
  const first = await fleet.cli(['plan', 'documents/web.json', '--detailed-exitcode']);
  expect(first.exit).toBe(2);
  const applied = await fleet.cli(['apply', 'documents/web.json', '--yes']);
  expect(applied.exit).toBe(0);
  expect(applied.stdout).toMatch(/pve\d\$ qm create /u);
  const again = await fleet.cli(['plan', 'documents/web.yml', '--detailed-exitcode']);
  expect(again).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^Nothing to do/u) });
});
