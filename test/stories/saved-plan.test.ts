import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFleet } from './fleet.ts';

const NODES = ['pve1', 'pve2', 'pve3'];
const conf = (node: string, vmid: number): string => `/etc/pve/nodes/${node}/qemu-server/${vmid}.conf`;

/** Three VMs, one on each node. */
const three = (more: string): string =>
  ['vms:', ...NODES.map((node, index) => `  - { vmid: ${101 + index}, node: ${node}${more} }`), ''].join(
    '\n',
  );

test('a saved plan is applied as it is; what was changed since is named, and nothing is done', async () => {
  const fleet = await openFleet();
  const document = await fleet.write('web.yml', three(', name: web'));
  const plan = join(fleet.directory, 'web.plan');
  const saved = await fleet.cli(['plan', document, '--target', 'vm/10[12]', '--out', plan]);
  expect(saved).toMatchObject({
    exit: 0,
    stderr: expect.stringContaining(`apply it with: pvefleet apply ${plan}`),
  });
  expect(saved.stdout).toContain('Plan: 2 to add, 0 to change, 0 to destroy; 0 need a restart.');

  expect(await fleet.cli(['apply', plan])).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining('--yes'),
  });
  const applied = await fleet.cli(['apply', plan, '--yes']);
  expect(applied).toMatchObject({ exit: 0, stdout: expect.stringContaining('2 commands were run') });
  expect(fleet.file('pve2', conf('pve2', 102))).toContain('name: web');
  expect(fleet.file('pve3', conf('pve3', 103))).toBeUndefined();

  const again = await fleet.cli(['apply', plan, '--yes']);
  expect(again.exit).toBe(5);
  expect(again.stderr).toContain(
    `Cannot apply the saved plan: ${conf('pve1', 101)} is new since it was made`,
  );
  expect(again.stderr).toContain(`${conf('pve2', 102)} is new`);

  await writeFile(document, three(', cores: 2'));
  expect((await fleet.cli(['plan', document, '--out', plan])).exit).toBe(0);
  await fleet.cli(['exec', 'pve2', '--', 'qm set 102 --onboot 1']);
  const tasks = NODES.map(fleet.tasks);
  const stale = await fleet.cli(['apply', plan, '--yes']);
  expect(stale).toMatchObject({
    exit: 5,
    stderr: expect.stringContaining(`${conf('pve2', 102)} was changed`),
  });
  expect(stale.stderr).not.toContain(conf('pve1', 101));

  expect((await fleet.cli(['plan', document, '--out', plan])).exit).toBe(0);
  await writeFile(document, three(', cores: 3'));
  expect(await fleet.cli(['apply', plan, '--yes'])).toMatchObject({
    exit: 5,
    stderr: expect.stringContaining(`${document} was changed since it was made`),
  });
  expect(NODES.map(fleet.tasks)).toEqual(tasks);
});

test('a saved plan sees that a guest was stopped meanwhile, and that a node is gone', async () => {
  const fleet = await openFleet();
  const document = await fleet.write('web.yml', three(', state: running'));
  expect((await fleet.cli(['apply', document, '--yes'])).exit).toBe(0);
  await writeFile(document, three(', cores: 2'));
  const plan = join(fleet.directory, 'web.plan');
  expect((await fleet.cli(['plan', document, '--target', 'vm/101', '--out', plan])).exit).toBe(0);
  await fleet.cli(['exec', 'pve1', '--', 'qm stop 101']);
  expect(await fleet.cli(['apply', plan, '--yes'])).toMatchObject({
    exit: 5,
    stderr: expect.stringContaining('vm/101@lab was stopped since it was made'),
  });
  expect((await fleet.cli(['plan', document, '--target', 'vm/101', '--out', plan])).exit).toBe(0);
  fleet.lab.faults.add('pve3', { kind: 'dead' });
  expect(await fleet.cli(['apply', plan, '--yes'])).toMatchObject({ exit: 0 });
  expect((await fleet.cli(['plan', document, '--target', 'vm/102', '--out', plan])).exit).toBe(4);
  fleet.lab.faults.add('pve2', { kind: 'dead' });
  expect(await fleet.cli(['apply', plan, '--yes'])).toMatchObject({
    exit: 4,
    stderr: expect.stringContaining("Cannot apply the saved plan: node pve2 can't be read"),
  });
});

test('what destroys needs consent when it is planned and when it is applied', async () => {
  const fleet = await openFleet();
  const document = await fleet.write('web.yml', three(''));
  expect((await fleet.cli(['apply', document, '--yes'])).exit).toBe(0);
  await writeFile(document, three(', state: absent'));
  const plan = join(fleet.directory, 'web.plan');
  expect(await fleet.cli(['plan', document, '--out', plan])).toMatchObject({
    exit: 6,
    stderr: expect.stringContaining(`Cannot save the plan in ${plan}: 3 resources are refused`),
  });
  expect((await fleet.cli(['plan', document, '--allow-destroy', '--out', plan])).exit).toBe(0);
  expect(await fleet.cli(['apply', plan, '--yes'])).toMatchObject({
    exit: 6,
    stderr: expect.stringContaining('--allow-destroy is wanted for that'),
  });
  expect(await fleet.cli(['apply', plan, '--yes', '--allow-destroy', '--max-destroys', '2'])).toMatchObject({
    exit: 6,
    stdout: expect.stringContaining('Brakes: at most 10 restarts, 2 destroys.'),
    stderr: expect.stringContaining('at most 2 are allowed (--max-destroys)'),
  });
  expect((await fleet.cli(['apply', plan, '--yes', '--allow-destroy'])).exit).toBe(0);
  expect((await fleet.cli(['ls', 'guests', '-o', 'name'])).stdout).toBe('');
});

test('a plan file of another version or form is not applied, and no other file is overwritten', async () => {
  const fleet = await openFleet();
  const document = await fleet.write('web.yml', three(''));
  const plan = join(fleet.directory, 'web.plan');
  expect(await fleet.cli(['plan', document, '--out', document])).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining('another file is there; a new name is wanted'),
  });
  await fleet.cli(['plan', document, '--out', plan]);
  const text = await readFile(plan, 'utf8');
  await writeFile(plan, text.replace('"version": 1', '"version": 2'));
  expect(await fleet.cli(['apply', plan, '--yes'])).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining('its version is 2; 1 is wanted'),
  });
  await writeFile(plan, text.replace('"id": "1/1"', '"id": "1/1; reboot"'));
  expect(await fleet.cli(['apply', plan, '--yes'])).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining('"plans.0.changes.0.steps.0.id" is wrong'),
  });
  await writeFile(plan, text);
  expect(await fleet.cli(['apply', plan, '--yes', '--target', 'vm/101'])).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining('a saved plan is applied as it is; no --target is wanted'),
  });
  expect(NODES.map(fleet.tasks)).toEqual([0, 0, 0]);
});
