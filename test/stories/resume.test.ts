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
    const resumed = await fleet.run(['resume', '--last', '--yes']);
    expect(resumed).toMatchObject({ exit: 0, stderr: '' });
    expect(tasksOf(fleet)).toEqual(onceEach);
    expect(await fleet.cli(['plan', document, '--detailed-exitcode'])).toMatchObject({ exit: 0 });
    expect(await fleet.cli(['audit', 'verify'])).toMatchObject({ exit: 0 });
  },
  60_000,
);
