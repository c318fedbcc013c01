import { expect, test } from 'vitest';
import { runCliIn } from '../cli/run-cli.ts';
import { openFleet } from './fleet.ts';

const PLAYBOOK = `- hosts: pve1
  tasks:
    - copy: { dest: /etc/motd, content: "hello {{ inventory_hostname }}\\n", mode: "0640" }
    - file: { path: /srv/a/b, state: directory, mode: "0750" }
    - lineinfile: { path: /etc/hosts, line: "10.0.0.9 nine" }
    - stat: { path: /etc/motd }
      register: motd
    - assert: { that: ["motd.stat.mode == '0640'", motd.stat.size == 11] }
      when: not ansible_check_mode
`;

test('system tasks on a node: what they would do, that they do it, and nothing the second time', async () => {
  const fleet = await openFleet();
  const playbook = await fleet.write('system.yml', PLAYBOOK);
  const check = await fleet.cli(['run', playbook, '--check', '--diff']);
  expect(check.stdout).toContain('check mode: would write /etc/motd (11 bytes, a new file)');
  expect(check.stdout).toContain('+10.0.0.9 nine');
  expect((await fleet.cli(['exec', 'pve1', '--', 'ls /srv/a'])).exit).toBe(3);
  const first = await fleet.cli(['run', playbook]);
  expect(first.stdout).toMatch(/pve1 : ok=5 changed=3 /u);
  expect(first.stdout).toContain('mkdir /srv/a/b');
  const second = await fleet.cli(['run', playbook]);
  expect(second.stdout).toMatch(/pve1 : ok=5 changed=0 /u);
});

test('one task without a playbook: checked, done, failing on one of two; and a part of a playbook', async () => {
  const fleet = await openFleet();
  const playbook = await fleet.write('system.yml', PLAYBOOK);
  await fleet.cli(['task', 'pve1', 'copy', 'dest=/etc/motd', 'content=hi', '-l', 'pve1']);
  const mode = ['task', 'pve1:pve2', 'file', 'path=/etc/motd', 'state=file', 'mode=0600'];
  const one = await fleet.cli([...mode, '--check', '--diff', '-l', 'pve1']);
  expect(one).toMatchObject({
    exit: 0,
    stdout: expect.stringMatching(/would run chmod 0?600 [^]*changed=1/u),
  });
  expect(await fleet.cli([...mode, '-l', 'pve1'])).toMatchObject({
    exit: 0,
    stdout: expect.stringMatching(/changed=1/u),
  });
  const failed = await fleet.cli([...mode, '--json']);
  const ended = failed.stdout.split('\n').flatMap((line) => {
    const event = JSON.parse(line) as Record<string, unknown>;
    return event['type'] === 'task-finished' ? [`${String(event['host'])} ${String(event['outcome'])}`] : [];
  });
  expect([failed.exit, ended.toSorted()]).toEqual([3, ['pve1 ok', 'pve2 failed']]);
  const command = await fleet.cli([
    'task',
    'pve1',
    'command',
    'chdir=/etc',
    '-l',
    'pve1',
    '--',
    'ls',
    'motd',
  ]);
  expect(command.stdout).toMatch(/changed: pve1\s+motd\n/u);
  expect(await fleet.cli(['task', 'pve1', 'vm', 'vmid=100', 'memry=1'])).toMatchObject({
    exit: 1,
    stdout: '',
  });
  // Of a playbook: from one task on, and asked before each.
  const part = await fleet.cli(['run', playbook, '--start-at-task', 'stat', '-l', 'pve1']);
  expect([...part.stdout.matchAll(/TASK \[(?<name>\w+)\]/gu)].map(([line]) => line)).toEqual([
    'TASK [stat]',
    'TASK [assert]',
  ]);
  const env = { PVEFLEET_INVENTORY: fleet.inventory, XDG_STATE_HOME: fleet.directory };
  const asked = await runCliIn({ env, answer: 'n' }, ['run', playbook, '--step', '-l', 'pve1']);
  expect(asked.stderr.match(/Run the task "\w+"\?/gu)).toHaveLength(5);
  expect(asked.stdout).toMatch(/pve1 : ok=0 changed=0 /u);
});
