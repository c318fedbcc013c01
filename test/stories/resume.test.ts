import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Fleet } from './fleet.ts';
import { openFleet } from './fleet.ts';

const THREE = `
node: pve1
vms:
  - { vmid: 101, name: web-1, memory: 512, state: running }
  - { vmid: 102, name: web-2, memory: 512, state: running, node: pve2 }
containers:
  - { vmid: 200, name: c, state: running, ostemplate: "local:vztmpl/debian-12-standard_12.0-1_amd64.tar.zst", rootfs: { storage: local-lvm, size: 2G } }
`;

/** "qmcreate 101": how often it is in the task logs of all nodes. */
function tasksOf(fleet: Fleet): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { host } of fleet.lab.nodes)
    for (const line of (fleet.file(host, '/var/log/pve/tasks/index') ?? '').split('\n')) {
      const [, , , , , kind, vmid] = line.split(':');
      if (kind === undefined) continue;
      const name = `${kind} ${vmid}`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
  return counts;
}

const onceEach = {
  'qmcreate 101': 1,
  'qmstart 101': 1,
  'qmcreate 102': 1,
  'qmstart 102': 1,
  'vzcreate 200': 1,
  'vzstart 200': 1,
};

/** Applies in a process of its own, and kills that when a step of this command has begun. */
async function killedIn(fleet: Fleet, document: string, command: string): Promise<void> {
  const child = fleet.start(['apply', document, '--yes', '--json']);
  await child.until(`"type":"step-started","at"`);
  await child.until(command);
  child.kill();
  await child.ended;
}

test.each(['qm create 102', 'qm start 101', 'pct create 200'])(
  'kill -9 in the middle of %s: resumed, all is done, and nothing twice',
  async (command) => {
    const fleet = await openFleet();
    const document = await fleet.write('web.yml', THREE);
    await killedIn(fleet, document, command);
    const resumed = await fleet.cli(['resume', '--last', '--yes']);
    expect(resumed).toMatchObject({ exit: 0, stderr: '' });
    expect(tasksOf(fleet)).toEqual(onceEach);
    expect(await fleet.cli(['plan', document, '--detailed-exitcode'])).toMatchObject({ exit: 0 });
    expect(await fleet.cli(['audit', 'verify'])).toMatchObject({ exit: 0 });
  },
  60_000,
);

/** Interrupts so often while a step runs whose node has become slow, so that nothing comes back before. */
async function interrupted(fleet: Fleet, document: string, times: number) {
  const child = fleet.start(['apply', document, '--yes', '--serial', '1', '--json']);
  await child.until('qm start 101');
  const mend = fleet.lab.faults.add('pve1', { kind: 'latency', milliseconds: 1000 });
  child.interrupt();
  await child.until('"type":"stopping"');
  for (let more = 1; more < times; more++) child.interrupt();
  const ended = await child.ended;
  mend();
  return ended;
}

test('Ctrl-C once waits for what runs; twice leaves it; resume goes on after both', async () => {
  const fleet = await openFleet();
  const document = await fleet.write('web.yml', THREE);
  const once = await interrupted(fleet, document, 1);
  expect(once.exit).toBe(130);
  const [, id = ''] = /"run-started","run":"(?<run>[^"]+)"/u.exec(once.stdout) ?? [];
  expect(once.stdout).toMatch(/"type":"stopping"[^\n]*"step":"1\/2","command":"qm start 101"/u);
  expect(once.stderr.trimEnd().split('\n').at(-1)).toBe(`To go on with it: pvefleet resume ${id}`);
  expect(tasksOf(fleet)).toMatchObject({ 'qmstart 101': 1 });
  expect((await fleet.cli(['history'])).stdout).toContain(`unfinished: pvefleet resume ${id}`);

  // The same process asks for the rest, and is interrupted twice: what runs is left, and has no end in its journal.
  const again = fleet.start(['resume', id, '--yes', '--json']);
  await again.until('"type":"step-started"');
  const mend = fleet.lab.faults.add('pve2', { kind: 'latency', milliseconds: 1000 });
  await again.until('qm start 102');
  again.interrupt();
  await again.until('"type":"stopping"');
  again.interrupt();
  const twice = await again.ended;
  mend();
  expect(twice.exit).toBe(130);
  expect(twice.stdout).toContain('"type":"left"');
  expect(twice.stdout).toContain('"outcome":"left"');
  expect(twice.stdout).toMatch(/"recap","hosts":[^\n]*"pve2":\{[^}]*"left":1\}/u);
  // The very command of the plan, though the journal is in canonical form.
  expect(twice.stdout).toContain('"command":"qm create 102 --name web-2 --memory 512"');
  expect(twice.stdout).not.toMatch(/"type":"step-finished"[^\n]*"qm start 102"/u);
  expect((await fleet.cli(['show', 'last'])).stdout).toContain(`resumes ${id}`);
  expect(await fleet.cli(['audit', 'verify'])).toMatchObject({ exit: 0 });

  const rest = await fleet.cli(['resume', '--last', '--yes']);
  expect(rest).toMatchObject({ exit: 0, stdout: expect.stringContaining('pve2: qm start 102') });
  expect(tasksOf(fleet)).toEqual(onceEach);
  expect(await fleet.cli(['plan', document, '--detailed-exitcode'])).toMatchObject({ exit: 0 });
  expect(await fleet.cli(['resume', id, '--yes'])).toMatchObject({
    exit: 0,
    stdout: `Nothing is left to do of run ${id}.`,
  });
});

test('a resume names what somebody else has changed, and is refused while its run goes on or its journal is not as it was', async () => {
  const fleet = await openFleet();
  const document = await fleet.write('web.yml', THREE);
  const serial = ['--serial', '1', '--pause', '600'];
  const child = fleet.start(['apply', document, '--yes', ...serial, '--json']);
  await child.until('"address":"vm/101@lab","title":"web-1","outcome":"changed"');
  await child.until('"address":"container/200@lab","title":"c","outcome":"changed"');
  const alive = await fleet.cli(['resume', '--last', '--yes']);
  expect(alive).toMatchObject({ exit: 5, stderr: expect.stringMatching(/process \d+ still works on it/u) });
  child.kill();
  await child.ended;
  await fleet.cli(['exec', 'pve2', '--', 'qm create 102 --name theirs']);
  const resumed = await fleet.cli(['resume', '--last', '--yes']);
  expect(resumed).toMatchObject({
    exit: 5,
    stderr: expect.stringContaining('VMID 102 was taken by /etc/pve/nodes/pve2/qemu-server/102.conf'),
  });
  expect(tasksOf(fleet)).toMatchObject({ 'qmstart 101': 1, 'vzstart 200': 1, 'qmcreate 102': 1 });
  expect(fleet.file('pve2', '/etc/pve/nodes/pve2/qemu-server/102.conf')).toContain('name: theirs');

  const state = join(fleet.directory, 'pvefleet');
  const [first = ''] = (await readdir(state)).toSorted();
  const text = await readFile(join(state, first), 'utf8');
  await writeFile(join(state, first), text.replace('qm create 101', 'qm create 109'));
  expect(await fleet.cli(['resume', first.slice(0, -6), '--yes'])).toMatchObject({
    exit: 6,
    stderr: expect.stringContaining(`its journal ${first}:`),
  });
});

test('of a playbook what was under way is settled, and the command is shown that does the rest', async () => {
  const fleet = await openFleet();
  const playbook = await fleet.write(
    'site.yml',
    `
- hosts: all
  tasks:
    - vm: { vmid: 101, node: pve1, name: one, state: running }
    - vm: { vmid: 102, node: pve2, name: two }
`,
  );
  const page = join(fleet.directory, 'run.html');
  const child = fleet.start(['run', playbook, '--json', '--html', page]);
  await child.until('"command":"qm start 101"');
  const mend = fleet.lab.faults.add('pve1', { kind: 'latency', milliseconds: 1000 });
  child.interrupt();
  await child.until('"type":"stopping"');
  child.interrupt();
  const ended = await child.ended;
  mend();
  // Who leaves is told all the same, and has the page.
  expect(ended).toMatchObject({
    exit: 130,
    stdout: expect.stringContaining('"type":"task-finished","host":"pve1","outcome":"left"'),
    stderr: expect.stringMatching(/To find out how it ended: pvefleet resume \S+$/u),
  });
  expect(await readFile(page, 'utf8')).toContain('<span class="tag mind">left</span>');
  expect(await fleet.cli(['resume', '--last'])).toMatchObject({
    exit: 2,
    stdout: expect.stringContaining(`\n  pvefleet run ${playbook} --json --html ${page}`),
  });
  expect(await fleet.cli(['audit', 'verify'])).toMatchObject({ exit: 0 });
  expect(await fleet.cli(['resume', '--last'])).toMatchObject({ exit: 1 });
  expect((await fleet.cli(['run', playbook])).exit).toBe(0);
  expect(tasksOf(fleet)).toEqual({ 'qmcreate 101': 1, 'qmstart 101': 1, 'qmcreate 102': 1 });
});

test('a run that a failure halted is gone on with where nothing failed', async () => {
  const fleet = await openFleet();
  const document = await fleet.write(
    'disks.yml',
    'vms:\n  - { vmid: 101, node: pve1, scsi0: "local-lvm:4", state: running }\n  - { vmid: 102, node: pve2, scsi0: "local-lvm:4", cipassword: secret-of-102 }\n',
  );
  fleet.lab.faults.add('pve1', { kind: 'full', storage: 'local-lvm' });
  expect(await fleet.cli(['apply', document, '--yes', '--serial', '1'])).toMatchObject({ exit: 3 });
  expect(tasksOf(fleet)).not.toHaveProperty('qmcreate 102');
  expect(await fleet.cli(['resume', '--last'])).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining('consent is wanted'),
  });
  const resumed = await fleet.cli(['resume', '--last', '--yes']);
  expect(resumed).toMatchObject({
    exit: 3,
    stderr: expect.stringContaining('Cannot go on with vm/101@lab: a step of it has failed in this run'),
  });
  expect(tasksOf(fleet)).toMatchObject({ 'qmcreate 102': 1 });
  // The secret came from the document; the hash that is kept of it is not taken for a journal.
  expect(fleet.file('pve2', '/etc/pve/nodes/pve2/qemu-server/102.conf')).toMatch(/^cipassword: /mu);
  expect(await fleet.cli(['audit', 'verify'])).toMatchObject({ exit: 0 });
  expect(await fleet.cli(['resume', 'last', '--yes'])).toMatchObject({
    exit: 3,
    stdout: expect.stringMatching(/^Nothing is left to do of run /u),
  });

  // An act is a run as any. Its last step is found to have ended, and its lock is nobody's any more.
  const child = fleet.start(['start', '102', '--yes', '--json']);
  await child.until('"type":"step-started"');
  await fleet.appears('pve2', '/run/pvefleet');
  child.kill();
  await child.ended;
  expect((await fleet.cli(['history'])).stdout).toMatch(/unfinished: pvefleet resume \S+ +start 102/u);
  expect(await fleet.cli(['resume', '--last', '--yes'])).toMatchObject({ exit: 0 });
  expect(await fleet.cli(['stop', '102', '--yes'])).toMatchObject({ exit: 0 });
});
